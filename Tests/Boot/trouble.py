"""Restarts, death, and what keeps a daemon waiting."""

import os
import pathlib
import signal
import socket
import time

from load import Load
from machine import SETTINGS, expect, is_serving, journal, process, prop, run, sql, wait


def restarts_under_load_refuse_nobody():
    with Load() as load:
        for _ in range(20):
            before, answers = process(), load.answers
            wait("answers", lambda: load.answers > answers + 50)
            run("systemctl", "restart", "resetd.service")
            # Counts starts from the beginning, or so many would be too many.
            run("systemctl", "reset-failed", "resetd.service")
            expect(process() != before, "it is the old process")
        wait("answers after the last", lambda: load.answers > answers + 100)
    expect(not load.failures, f"{len(load.failures)} of {load.answers} failed: {load.failures[:3]}")
    return f"20 restarts, {load.answers} requests, none failed"


def a_reload_reads_settings_anew():
    before = process()
    run("systemctl", "reload", "resetd.service")
    wait("reloaded", lambda: "settings read anew" in journal())
    wait("serving again", is_serving)
    expect(process() == before, "it is another process")


def one_that_is_killed_comes_back():
    before, restarts = process(), int(prop("NRestarts"))
    run("systemctl", "kill", "--signal=KILL", "resetd.service")
    number = sql("INSERT INTO resetd.outbox (email) VALUES ('mary.baker@example.org') RETURNING id")
    wait("another process", lambda: process() not in (0, before))
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
    before = process()
    started = time.monotonic()
    os.kill(before, signal.SIGSTOP)
    wait("another process", lambda: process() not in (0, before))
    took = time.monotonic() - started
    wait("serving", is_serving)
    said = run("journalctl", "--unit=resetd.service", "--no-pager", "--output=cat")
    expect("Watchdog timeout" in said, "it was not the watchdog")
    expect("code=killed, status=6/ABRT" in said, "it was not ended by SIGABRT, or left a core")
    return f"after {took:.1f} s of WatchdogSec=4s"


def one_that_waits_for_its_database_is_not():
    before = process()
    run("systemctl", "stop", "postgresql")
    wait("unavailable", lambda: prop("StatusText").startswith("unavailable: "))
    said = prop("StatusText")
    time.sleep(10)
    expect(process() == before, "it was restarted")
    run("systemctl", "start", "postgresql")
    wait("serving", is_serving)
    expect(process() == before, "it was restarted")
    return f"10 s; {said}"


def a_relay_that_is_away_is_no_reason_not_to_start():
    run("systemctl", "kill", "--signal=STOP", "relay.service")
    run("systemctl", "restart", "resetd.service")
    expect(prop("ActiveState") == "active", "it is not started")
    run("systemctl", "kill", "--signal=CONT", "relay.service")
    wait("serving", is_serving)


def a_wrong_setting_ends_it_with_a_line_and_both_start_again_when_it_is_mended():
    good = SETTINGS.read_text()
    SETTINGS.write_text(good.replace("smtp://localhost:2525", "http://localhost:2525"))
    try:
        run("systemctl", "restart", "resetd.service")
        raise AssertionError("it started")
    except AssertionError as error:
        expect("failed" in str(error), str(error))
    expect(prop("ExecMainStatus") == "78", f"exit {prop('ExecMainStatus')}")
    expect("smtp.url (RESETD_SMTP_URL): " in journal(), "the journal does not name the setting")
    # Whoever connects has systemd start it again and again; it gives up the socket too.
    with socket.create_connection(("127.0.0.1", 8080)):
        wait("the socket has given up", lambda: prop("ActiveState", "resetd.socket") == "failed")
    SETTINGS.write_text(good)
    run("systemctl", "reset-failed", "resetd.socket", "resetd.service")
    run("systemctl", "start", "resetd.socket", "resetd.service")
    wait("serving", is_serving)
    return prop("Result", "resetd.socket")
