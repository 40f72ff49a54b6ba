"""Hosts of their own on one bridge: a network namespace each, whose cable can be pulled."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "Bench"))

from processes import BenchError, Child, run  # noqa: E402, F401

BRIDGE, PREFIX = "resetd-ha", "10.77.0"


class Network:
    """Also the host that all of this runs on is in it: `address`."""

    address = f"{PREFIX}.1"

    def __enter__(self):
        self._hosts = []
        self._remove()
        run(["ip", "link", "add", BRIDGE, "type", "bridge"])
        run(["ip", "address", "add", f"{self.address}/24", "dev", BRIDGE])
        run(["ip", "link", "set", BRIDGE, "up"])
        return self

    def __exit__(self, *_):
        for host in self._hosts:
            host.kill()
        self._remove()

    def host(self, name, number):
        host = Host(name, f"{PREFIX}.{number}")
        self._hosts.append(host)
        return host

    def _remove(self):
        """What this run made, or one that was killed before it could."""
        for name in run(["ip", "netns", "list"]).split("\n"):
            if name.startswith("resetd-"):
                run(["ip", "netns", "delete", name.split()[0]])
        with contextlib.suppress(Exception):
            run(["ip", "link", "delete", BRIDGE])


class Host:
    def __init__(self, name, address):
        self.name, self.address = name, address
        self._namespace, self._cable = f"resetd-{name}", f"v-{name}"
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
        """SIGKILL to every program here, but for those of a name; returns when they are gone."""
        while doomed := [pid for pid in self._processes() if _name(pid) not in (*sparing, None)]:
            for pid in doomed:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def _processes(self):
        done = subprocess.run(["ip", "netns", "pids", self._namespace], capture_output=True, text=True)
        return [int(pid) for pid in done.stdout.split()]


def _name(pid):
    """Of a program that runs; None for one that has ended and waits for its parent to hear of it."""
    with contextlib.suppress(OSError):
        if "\nState:\tZ" not in (text := Path(f"/proc/{pid}/status").read_text()):
            return text.split("\n", 1)[0].split("\t")[1]
    return None
