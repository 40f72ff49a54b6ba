"""Programs that the benchmark starts, and what Linux says about them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class BenchError(Exception):
    """One clear sentence about why something could not be measured."""


def progress(words):
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def stop_in_order():
    """From now on a signal to stop unwinds every `with`, once: a second Ctrl-C must not leave servers behind."""
    def stop(number, _):
        for other in STOPS:
            signal.signal(other, signal.SIG_IGN)
        sys.exit(128 + number)

    for number in STOPS:
        signal.signal(number, stop)


class Child:
    """A program that is running and is stopped with the `with` that holds it.

    It has a session of its own, so that Ctrl-C reaches the benchmark alone, which then stops everything in order.
    """

    def __init__(self, arguments, log, cwd=None, environment=None):
        self.log = Path(log)
        self.name = Path(arguments[0]).name
        with open(self.log, "wb") as output:
            try:
                self.process = subprocess.Popen(
                    [str(argument) for argument in arguments], cwd=cwd, start_new_session=True,
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    env={**os.environ, **(environment or {})})
            except OSError as error:
                raise BenchError(f"{self.name} cannot be started: {error.strerror}.") from None

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """SIGTERM, half a minute's patience, SIGKILL to whatever is left of its session."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def check(self):
        """Raises when it has ended by itself."""
        if self.process.poll() is not None:
            words = self.log.read_text(errors="replace").strip().splitlines()[-5:]
            raise BenchError(f"{self.name} ended with code {self.process.returncode}: {' / '.join(words)}")

    def wait_for_port(self, port, seconds=10):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.02)
        raise BenchError(f"{self.name} did not listen on port {port} within {seconds} s.")


def run(arguments, **options):
    """Runs a program to its end and returns what it printed."""
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            start_new_session=True, **options)
    except OSError as error:
        raise BenchError(f"{arguments[0]} cannot be run: {error.strerror}.") from None
    except subprocess.TimeoutExpired:
        raise BenchError(f"{arguments[0]} did not end in time.") from None
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise BenchError(f"{' '.join(map(str, arguments[:3]))} failed: {' / '.join(words)}")
    return done.stdout


def program(name, *folders):
    """The path of a program, also where the folder is not in a plain user's PATH."""
    for folder in [*os.environ.get("PATH", "").split(":"), "/usr/sbin", *folders]:
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            return path
    raise BenchError(f"There is no {name} on this machine.")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _stat(pid):
    """The fields of /proc/PID/stat after the name, which may hold anything; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def cpu_seconds(pid, with_children=False):
    """User and system time so far; with that of the children, running and reaped, when they are to count."""
    fields = _stat(pid)
    if not fields:
        return 0.0
    ticks = sum(map(int, fields[11:15] if with_children else fields[11:13]))
    if with_children:
        for entry in os.listdir("/proc"):
            if entry.isdigit() and (child := _stat(entry)) and child[1] == str(pid):
                ticks += sum(map(int, child[11:13]))
    return ticks / TICKS


def memory(pid):
    """Megabytes by name: VmRSS, VmHWM (the highest VmRSS so far), RssAnon."""
    sizes = {}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "VmHWM", "RssAnon"):
            sizes[name] = int(value.split()[0]) / 1024
    return sizes
