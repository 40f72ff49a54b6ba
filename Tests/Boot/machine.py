"""What the probe does with the machine that it was booted on."""

import pathlib
import re
import subprocess
import time


PASSWORD = "relay-password-81f3"
SETTINGS = pathlib.Path("/etc/resetd/resetd.yaml")


def run(*command, user=None, **more):
    """The output of a command; its complaint is the error when it fails."""
    if user:
        command = ("runuser", "-u", user, "--", *command)
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)[:120]}: exit {done.returncode}: {(done.stderr or done.stdout).strip()[:4000]}")
    return done.stdout.strip()


def sql(statement):
    return run("psql", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", "site", user="postgres", input=statement)


def prop(name, unit="resetd.service"):
    return run("systemctl", "show", "--value", "--property", name, unit)


def wait(what, condition, seconds=60):
    """Returns what `condition` gives as soon as that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}; systemd says {prop('ActiveState')}, {prop('StatusText')}")


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def section(title):
    """The blocks of a section of README, as (language, text), in order."""
    text = pathlib.Path("/probe/README.md").read_text()
    body = re.search(rf"^## {re.escape(title)}\n(.*?)^## ", text, re.S | re.M)[1]
    return re.findall(r"^```(\w+)\n(.*?)^```", body, re.S | re.M), body


def mails():
    return sorted(pathlib.Path("/probe/mails").glob("*.eml"), key=lambda path: int(path.stem))


def process():
    return int(prop("MainPID"))


def links():
    """What the mails so far have people open, without the address of the pages."""
    found = (re.search(r"http://127\.0\.0\.1:8080(/reset/\S{68})", mail.read_text()) for mail in mails())
    return [link[1] for link in found if link]


def is_serving():
    return prop("ActiveState") == "active" and prop("StatusText").startswith("ok: ")


def install(package):
    run("dpkg", "--install", package, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"})


def journal(*options):
    return run("journalctl", "--unit=resetd.service", "--no-pager", "--output=json", *options)
