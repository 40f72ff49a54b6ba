"""A daemon on a host of its own."""

import contextlib
import json
import shutil
import urllib.request


class Daemon:
    def __init__(self, network, number, folder, binary):
        self.host = network.host(f"daemon{number}", number)
        self._binary, self.folder, self._runs = binary, folder / self.host.name, 0
        self.folder.mkdir(mode=0o700)
        shutil.chown(self.folder, "postgres")

    def start(self, relay, keys, database):
        """`database` is that section of the settings. Limits as they are but for that on one account, which asks again when unsure."""
        self._runs += 1
        self.log = self.folder / f"log{self._runs}"
        ring, settings = self.folder / "keys", self.folder / "resetd.yaml"
        ring.touch(0o600)
        ring.write_text(keys)
        settings.write_text(json.dumps({  # JSON is YAML, too.
            # Every cable here ends in this machine.
            "database": {**database, "tls": "off"},
            "smtp": {"url": relay, "tls": "off", "connections": 2},
            "mail": {"from": "Example Support <support@example.org>"},
            "link": {"base": "http://127.0.0.1:8080", "keysFile": str(ring)},
            "ops": {"listen": f"{self.host.address}:9090"},
            "state": {"directory": str(self.folder)},
            "limits": {"perAccountInterval": "0s"},
        }))
        for file in (ring, settings):
            shutil.chown(file, "postgres")
        self._process = self.host.start([self._binary, "serve", "--config", settings], self.log)

    def stop(self):
        """As an operator does; its exit status says whether all went well."""
        self._process.stop()
        return self._process.process.returncode

    def readiness(self):
        with contextlib.suppress(OSError, ValueError):
            with urllib.request.urlopen(f"http://{self.host.address}:9090/health/ready", timeout=1) as answer:
                return json.load(answer)["status"]
        return None

    def check(self):
        self._process.check()
