"""A later version, what the journal has of it all, and the end."""

import json
import os
import pathlib

from load import Load
from machine import PASSWORD, SETTINGS, expect, install, is_serving, journal, links, process, prop, run, sql, wait


def an_upgrade_keeps_settings_and_refuses_nobody():
    before, settings = process(), SETTINGS.read_text()
    with Load() as load:
        wait("answers", lambda: load.answers > 50)
        install("/probe/later.deb")
        wait("the new one", lambda: process() not in (0, before) and is_serving())
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
    all_own = [line for line in lines if line.get("_COMM") == "resetd"]
    own = [line for line in all_own if line["MESSAGE"].startswith("level=")]
    # The last words before exit code 78 are no record, and an error.
    strange = {line["MESSAGE"] for line in all_own} - {line["MESSAGE"] for line in own}
    last_words = {line["MESSAGE"] for line in all_own if line["MESSAGE"].startswith("resetd: ") and line["PRIORITY"] == "3"}
    expect(strange == last_words, f"lines that are no records: {strange - last_words}")
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
