"""The package, the units, and README's way to set them up."""

import pathlib
import re

from machine import PASSWORD, SETTINGS, expect, install, prop, run, section, sql


def the_package_installs_and_starts_nothing():
    install("/probe/resetd.deb")
    expect(prop("ActiveState") == "inactive" and prop("UnitFileState") == "disabled", "it is started or enabled")
    run("bash", "-n", "/usr/share/bash-completion/completions/resetd")
    return run("resetd", "--version")


def systemd_has_nothing_to_say_of_the_units():
    units = [f"/lib/systemd/system/resetd.{kind}" for kind in ("service", "socket")]
    said = run("bash", "-c", f"systemd-analyze verify {' '.join(units)} 2>&1")
    expect(said == "", said)
    last = run("systemd-analyze", "security", "--no-pager", "--threshold=12", "resetd.service").splitlines()[-1]
    return re.search(r"[0-9.]+ \w+", last)[0]


def readme_sets_it_up():
    """Every block of README's section from the database on, as it stands; the settings and the relay are this machine's."""
    pathlib.Path("/probe/mails").mkdir()
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost", "-keyout", "/probe/key.pem", "-out", "/etc/ssl/certs/relay.pem")
    run("systemd-run", "--unit=relay", "python3", "-B", "/probe/sink.py", "/probe/mails", "/etc/ssl/certs/relay.pem",
        "/probe/key.pem", PASSWORD)
    text = SETTINGS.read_text()
    for old, new in [
        ("  url: smtp://relay.example.org:587", "  url: smtp://localhost:2525"), ("  # username:", "  username: resetd"),
        ("  # caFile:", "  caFile: /etc/ssl/certs/relay.pem"), ("base: https://account.example.org", "base: http://127.0.0.1:8080"),
        ("  # perAccountInterval: 60s", "  perAccountInterval: 0s"), ("  # perAccountHourly: 5", "  perAccountHourly: 0"),
    ]:
        expect(text.count(old) == 1, f"settings have not just one {old}")
        text = text.replace(old, new)
    SETTINGS.write_text(text)
    run("createdb", "--encoding=UTF8", "--locale=C.UTF-8", "--template=template0", "site", user="postgres")

    blocks, body = section("Set it up")
    first = next(number for number, (_, text) in enumerate(blocks) if "CREATE ROLE resetd_owner" in text)
    last = next(number for number, (_, text) in enumerate(blocks) if "systemctl enable --now" in text)
    for number, (language, text) in enumerate(blocks[first:last + 1], first):
        text = text.replace("'the password'", f"'{PASSWORD}'")
        if language == "sql":
            sql(text)
        elif language == "sh":
            said = run("bash", "-euo", "pipefail", "-c", text, user="postgres" if re.search("resetd migrate|psql site", text) else None)
            if "resetd check" in text:
                check, sample = said, blocks[number + 1][1]
    expect("FAIL" not in check and "AUTH done" in check, check)
    shown, met = (re.sub(r"[0-9]+", "N", one.strip()) for one in (sample, check))
    expect(shown == met, f"README shows another check than this:\n{check}")
    return f"{last + 1 - first} blocks; check has {len(check.splitlines())} lines, all ok"
