"""A daemon that is well."""

import http.client
import pathlib
import re
import time

from machine import PASSWORD, expect, is_serving, links, mails, process, prop, sql, wait


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


def its_link_opens_by_the_socket():
    connection = http.client.HTTPConnection("127.0.0.1", 8080)
    connection.request("GET", links()[-1])
    expect(connection.getresponse().status == 200, "the form does not show")


def the_process_is_as_the_unit_says():
    status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{process()}/status").read_text().splitlines() if ":\t" in line)
    expect(status["Uid"].split()[0] != "0", "it runs as root")
    expect(int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0, "it has capabilities")
    expect(status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", "it is not confined")
    limits = pathlib.Path(f"/proc/{process()}/limits").read_text()
    expect(re.search(r"Max core file size\s+0\s+0 ", limits), "it may dump core")
    command = pathlib.Path(f"/proc/{process()}/cmdline").read_text()
    environment = pathlib.Path(f"/proc/{process()}/environ").read_text()
    expect(PASSWORD not in command + environment and "random" not in command + environment, "a secret is in argv or environment")
    return f"uid {status['Uid'].split()[0]}, {int(status['VmRSS'].split()[0]) // 1024} MiB"
