"""Hosts of their own on one bridge: a network namespace each, whose cable can be pulled."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "Bench"))

from processes import BenchError, Child, run, stop_in_order  # noqa: E402, F401

OURS = "resetd-"  # what every name begins with that is left for the next run to remove
BRIDGE, PREFIX = f"{OURS}ha", "10.77.0"


class Network:
    """Also the host that all of this runs on is in it: `address`."""

    address = f"{PREFIX}.1"

    def __enter__(self):
        # An abstract address: taken by one at a time, and gone with whoever has it.
        self._claim = socket.socket(socket.AF_UNIX)
        try:
            self._claim.bind(f"\0{BRIDGE}")
        except OSError:
            raise BenchError("Somebody else runs this test; there is one such network on a machine.") from None
        self._remove()
        try:
            self._build()
        except BaseException:
            self._remove()
            raise
        return self

    def _build(self):
        run(["ip", "link", "add", BRIDGE, "type", "bridge"])
        run(["ip", "address", "add", f"{self.address}/24", "dev", BRIDGE])
        run(["ip", "link", "set", BRIDGE, "up"])

    def __exit__(self, *_):
        self._remove()
        self._claim.close()

    def host(self, name, number):
        return Host(name, f"{PREFIX}.{number}")

    def _remove(self):
        """What this run made, or one that was killed before it could."""
        for namespace in _names(run(["ip", "netns", "list"]), 0):
            kill(namespace)
            run(["ip", "netns", "delete", namespace])
        # Cables too: somebody's mount namespace may hold on to a network namespace, and that to its cable.
        for link in _names(run(["ip", "-oneline", "link", "show"]), 1):
            with contextlib.suppress(BenchError):  # It went with its namespace, meanwhile.
                run(["ip", "link", "delete", link])


class Host:
    def __init__(self, name, address):
        self.name, self.address = name, address
        self._namespace, self._cable = f"{OURS}{name}", f"{OURS}{name}"
        inside = ["ip", "-netns", self._namespace]
        run(["ip", "netns", "add", self._namespace])
        run(["ip", "link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self._namespace])
        run(["ip", "link", "set", self._cable, "master", BRIDGE, "up"])
        run([*inside, "address", "add", f"{address}/24", "dev", "eth0"])
        for link in ("lo", "eth0"):
            run([*inside, "link", "set", link, "up"])

    def start(self, arguments, log, environment=None):
        """A program on this host; not as root, as which PostgreSQL does not run."""
        inside = ["ip", "netns", "exec", self._namespace, "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        return Child([*inside, *arguments], log, environment=environment)

    def pull_cable(self):
        run(["ip", "link", "set", self._cable, "down"])

    def plug_in(self):
        run(["ip", "link", "set", self._cable, "up"])

    def kill(self, *, sparing=()):
        kill(self._namespace, sparing)


def kill(namespace, sparing=()):
    """SIGKILL to every program there, but for those of a name; returns when they are gone."""
    while doomed := [pid for pid in _processes(namespace) if _name(pid) not in (*sparing, None)]:
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def _processes(namespace):
    done = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True)
    return [int(pid) for pid in done.stdout.split()]


def _names(listing, column):
    """Of a listing of `ip`, those that are ours."""
    words = [line.split()[column].partition("@")[0].rstrip(":") for line in listing.splitlines()]
    return [word for word in words if word.startswith(OURS)]


def _name(pid):
    """Of a program that runs; None for one that has ended and waits for its parent to hear of it."""
    with contextlib.suppress(OSError):
        if "\nState:\tZ" not in (text := Path(f"/proc/{pid}/status").read_text()):
            return text.split("\n", 1)[0].split("\t")[1]
    return None
