"""The daemon under test: settings of its own, started, ready, asked for its metrics, stopped."""

import contextlib
import http.client
import json
import re
import time

from processes import BenchError, Child, free_port


class Daemon(Child):
    """`resetd serve` with its defaults, but for the addresses, and for limits that would throttle the benchmark."""

    def __init__(self, bench, database, relay, connections=8, smtp=None, arguments=()):
        """`relay` is a port on loopback; `smtp` has more settings of that section."""
        self.web, self.operations = free_port(), free_port()
        number = bench.next_number()
        state = bench.folder / f"state{number}"
        state.mkdir(mode=0o700)
        configuration = bench.folder / f"daemon{number}.yaml"
        configuration.write_text(json.dumps({  # JSON is YAML, too.
            "database": {"url": bench.cluster.url(database, user="resetd")},
            "smtp": {"url": f"smtp://127.0.0.1:{relay}", "tls": "off", "connections": connections, **(smtp or {})},
            "mail": {"from": "Example Support <support@example.org>"},
            "link": {"base": "http://127.0.0.1:8080", "keysFile": str(bench.keys)},
            "web": {"listen": f"127.0.0.1:{self.web}"},
            "ops": {"listen": f"127.0.0.1:{self.operations}"},
            "state": {"directory": str(state)},
            "limits": {"perAccountInterval": "0s", "perAccountHourly": 0, "perClientMinute": 0},
        }))
        super().__init__(
            [bench.binary, "serve", "--config", configuration, *arguments], bench.folder / f"daemon{number}.log")
        self._connection = http.client.HTTPConnection("127.0.0.1", self.operations, timeout=10)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def _wait_until_ready(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            self.check()
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get("/health/ready")[0] == 200:
                    return
            time.sleep(0.05)
        raise BenchError(f"The daemon was not ready within 20 s; its log is {self.log}.")

    def get(self, path):
        """Status and text of an answer of the operations listener."""
        for is_last in (False, True):
            try:
                self._connection.request("GET", path)
                answer = self._connection.getresponse()
                return answer.status, answer.read().decode()
            except (OSError, http.client.HTTPException):
                # The daemon closes a connection that was idle for long; a new one is made by itself.
                self._connection.close()
                if is_last:
                    raise

    def sent(self):
        """Mails that are recorded as sent, since the start."""
        try:
            text = self.get("/metrics")[1]
        except (OSError, http.client.HTTPException):
            self.check()
            raise BenchError("The daemon does not answer when asked for its metrics.") from None
        found = re.search(r'^resetd_mails_total\{[^}]*outcome="sent"[^}]*\} (\d+)', text, re.MULTILINE)
        return int(found.group(1)) if found else 0

    def complaints(self):
        """Lines of the log that are worse than a notice, but for those that only say who runs it."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if re.search(r"level=(warning|error|critical)", line)
                and "root" not in line and "superuser" not in line]
