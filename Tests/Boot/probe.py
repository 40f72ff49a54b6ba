"""Runs inside the Debian that Scripts/boot boots: the package, the units and README's way to set them up, for real."""

import http.client
import json
import os
import pathlib
import re
import signal
import sys
import time

from load import Load
from machine import expect, install, is_serving, journal, mails, processes, prop, run, section, sql, wait

PASSWORD = "relay-password-81f3"
SETTINGS = pathlib.Path("/etc/resetd/resetd.yaml")


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
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
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
    for language, text in blocks[first:last + 1]:
        text = text.replace("'the password'", f"'{PASSWORD}'")
        if language == "sql":
            sql(text)
        elif language == "sh":
            said = run("bash", "-euo", "pipefail", "-c", text, user="postgres" if "resetd migrate" in text else None)
            if "resetd check" in text:
                check = said
    expect("FAIL" not in check and "AUTH done" in check, check)
    return f"{last + 1 - first} blocks; check has {len(check.splitlines())} lines, all ok"


def it_is_ready_and_says_so():
    wait("ready", is_serving)
    expect(prop("StatusText") == "ok: database, pages, relay, schema", prop("StatusText"))
    return prop("StatusText")


def a_row_becomes_a_mail(name="mary.baker@example.org"):
    before = len(mails())
    started = time.monotonic()
    number = sql(f"INSERT INTO resetd.outbox (email) VALUES ('{name}') RETURNING id")
    wait("a mail", lambda: len(mails()) > before)
    took = time.monotonic() - started
    wait("sent", lambda: sql(f"SELECT state FROM resetd.outbox WHERE id = {number}") == "sent")
    text = mails()[-1].read_text()
    expect(f"To: Mary Baker <{name}>" in text or name in text, "the mail is somebody else's")
    return f"in {took * 1000:.0f} ms"


def links():
    return [re.search(r"http://127\.0\.0\.1:8080(/reset/\S{68})", mail.read_text())[1] for mail in mails()
            if "/reset/" in mail.read_text()]


def its_link_opens_by_the_socket():
    connection = http.client.HTTPConnection("127.0.0.1", 8080)
    connection.request("GET", links()[-1])
    expect(connection.getresponse().status == 200, "the form does not show")


def the_process_is_as_the_unit_says():
    status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{processes()}/status").read_text().splitlines() if ":\t" in line)
    expect(status["Uid"].split()[0] != "0", "it runs as root")
    expect(int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0, "it has capabilities")
    expect(status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", "it is not confined")
    limits = pathlib.Path(f"/proc/{processes()}/limits").read_text()
    expect(re.search(r"Max core file size\s+0\s+0 ", limits), "it may dump core")
    command = pathlib.Path(f"/proc/{processes()}/cmdline").read_text()
    environment = pathlib.Path(f"/proc/{processes()}/environ").read_text()
    expect(PASSWORD not in command + environment and "random" not in command + environment, "a secret is in argv or environment")
    return f"uid {status['Uid'].split()[0]}, {int(status['VmRSS'].split()[0]) // 1024} MiB"


def restarts_under_load_refuse_nobody():
    with Load() as load:
        for _ in range(20):
            before, answers = processes(), load.answers
            wait("answers", lambda: load.answers > answers + 50)
            run("systemctl", "restart", "resetd.service")
            expect(processes() != before, "it is the old process")
        wait("answers after the last", lambda: load.answers > answers + 100)
    expect(not load.failures, f"{len(load.failures)} of {load.answers} failed: {load.failures[:3]}")
    return f"20 restarts, {load.answers} requests, none failed"


def a_reload_reads_settings_anew():
    before = processes()
    run("systemctl", "reload", "resetd.service")
    wait("reloaded", lambda: "settings read anew" in journal())
    wait("serving again", is_serving)
    expect(processes() == before, "it is another process")


def one_that_is_killed_comes_back():
    before, restarts = processes(), int(prop("NRestarts"))
    run("systemctl", "kill", "--signal=KILL", "resetd.service")
    number = sql("INSERT INTO resetd.outbox (email) VALUES ('mary.baker@example.org') RETURNING id")
    wait("another process", lambda: processes() not in (0, before))
    wait("sent", lambda: sql(f"SELECT state FROM resetd.outbox WHERE id = {number}") == "sent")
    expect(int(prop("NRestarts")) == restarts + 1, "systemd does not say that it restarted it")


def short_watchdog():
    folder = pathlib.Path("/etc/systemd/system/resetd.service.d")
    folder.mkdir()
    (folder / "watchdog.conf").write_text("[Service]\nWatchdogSec=4s\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", "resetd.service")
    wait("serving", is_serving)


def one_that_hangs_is_ended_by_the_watchdog():
    short_watchdog()
    before = processes()
    started = time.monotonic()
    os.kill(before, signal.SIGSTOP)
    wait("another process", lambda: processes() not in (0, before))
    took = time.monotonic() - started
    wait("serving", is_serving)
    said = run("journalctl", "--unit=resetd.service", "--no-pager", "--output=cat")
    expect("Watchdog timeout" in said, "it was not the watchdog")
    expect("dumped core" not in said.replace("status=6/ABRT", "") or not list(pathlib.Path("/var/lib/systemd").glob("coredump/*")), "there is a core")
    return f"after {took:.1f} s of WatchdogSec=4s"


def one_that_waits_for_its_database_is_not():
    before = processes()
    run("systemctl", "stop", "postgresql")
    wait("unavailable", lambda: prop("StatusText").startswith("unavailable: "))
    said = prop("StatusText")
    time.sleep(10)
    expect(processes() == before, "it was restarted")
    run("systemctl", "start", "postgresql")
    wait("serving", is_serving)
    expect(processes() == before, "it was restarted")
    return f"10 s; {said}"


def a_relay_that_is_away_is_no_reason_not_to_start():
    run("systemctl", "kill", "--signal=STOP", "relay.service")
    run("systemctl", "restart", "resetd.service")
    expect(prop("ActiveState") == "active", "it is not started")
    run("systemctl", "kill", "--signal=CONT", "relay.service")
    wait("serving", is_serving)


def an_upgrade_keeps_settings_and_refuses_nobody():
    before, settings = processes(), SETTINGS.read_text()
    with Load() as load:
        wait("answers", lambda: load.answers > 50)
        install("/probe/later.deb")
        wait("the new one", lambda: processes() not in (0, before) and is_serving())
        answers = load.answers
        wait("its answers", lambda: load.answers > answers + 100)
    expect(not load.failures, f"{len(load.failures)} of {load.answers} failed: {load.failures[:3]}")
    expect(SETTINGS.read_text() == settings, "the settings are others")
    return f"{run('dpkg-query', '--show', '--showformat=${Version}', 'resetd')}; {load.answers} requests, none failed"


def the_journal_has_priorities_and_no_secret():
    lines = [json.loads(line) for line in journal().splitlines()]
    text = "\n".join(str(line.get("MESSAGE")) for line in lines)
    ring = pathlib.Path("/etc/credstore/resetd.link-keys").read_text().split(":")[1].strip()
    secrets = [PASSWORD, "random", ring, "mary.baker@example.org", *(link.split("/")[-1] for link in links())]
    found = [secret[:6] for secret in secrets if secret in text]
    expect(not found, f"the journal has {found}")
    own = [line for line in lines if line.get("_COMM") == "resetd"]
    strange = {str(line["MESSAGE"]) for line in own if not str(line["MESSAGE"]).startswith("level=")}
    expect(not strange, f"lines that are no records: {strange}")
    words = {"error": "3", "warning": "4", "notice": "5", "info": "6"}
    wrong = [line["MESSAGE"] for line in own if line["PRIORITY"] != words[line["MESSAGE"].split("=")[1].split()[0]]]
    expect(not wrong, f"priority and level differ: {wrong[:2]}")
    levels = {line["PRIORITY"] for line in own}
    expect({"3", "5", "6"} <= levels, f"only priorities {sorted(levels)}")
    warnings = sorted({line["MESSAGE"] for line in own if line["PRIORITY"] == "4"})
    return f"{len(own)} records; warnings: {warnings or 'none'}"


def a_purge_leaves_only_what_is_not_the_packages():
    run("dpkg", "--remove", "resetd")
    expect(prop("LoadState") == "not-found", "the unit is still there")
    expect(SETTINGS.exists(), "removing took the settings")
    run("dpkg", "--purge", "resetd")
    for path in ("/etc/resetd", "/var/lib/resetd", "/var/lib/private/resetd", "/usr/bin/resetd",
                 "/etc/systemd/system/multi-user.target.wants/resetd.service"):
        expect(not os.path.lexists(path), f"{path} is left")
    expect(int(sql("SELECT count(*) FROM resetd.outbox")) > 0, "the database was touched")
    expect(pathlib.Path("/etc/credstore/resetd.link-keys").exists(), "the operator's secrets are gone")


STEPS = [
    the_package_installs_and_starts_nothing, systemd_has_nothing_to_say_of_the_units, readme_sets_it_up,
    it_is_ready_and_says_so, a_row_becomes_a_mail, its_link_opens_by_the_socket, the_process_is_as_the_unit_says,
    restarts_under_load_refuse_nobody, a_reload_reads_settings_anew, one_that_is_killed_comes_back,
    one_that_hangs_is_ended_by_the_watchdog, one_that_waits_for_its_database_is_not,
    a_relay_that_is_away_is_no_reason_not_to_start, an_upgrade_keeps_settings_and_refuses_nobody, a_row_becomes_a_mail,
    the_journal_has_priorities_and_no_secret, a_purge_leaves_only_what_is_not_the_packages,
]

for step in STEPS:
    started = time.monotonic()
    try:
        words = step()
    except Exception as error:
        print(f"FAIL  {step.__name__.replace('_', ' ')}: {error}", flush=True)
        print(run("bash", "-c", "systemctl status --no-pager --lines=40 resetd.service relay.service 2>&1 | grep -v 'request finished' || true"))
        sys.exit(1)
    took = time.monotonic() - started
    print(f"ok    {took:5.1f} s  {step.__name__.replace('_', ' ')}{f': {words}' if words else ''}", flush=True)
print(f"All is well: {len(STEPS)} steps on a booted {run('bash', '-c', '. /etc/os-release; echo $PRETTY_NAME')}")
