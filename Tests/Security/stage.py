"""The place where the daemon is attacked and timed: a cluster, a relay, people of every kind, `resetd serve`."""

import argparse
import contextlib
import http.client
import json
import os
import shutil
import sys
import tempfile
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Bench"))

from cluster import Cluster  # noqa: E402
from daemon import Daemon  # noqa: E402
from processes import BenchError, memory, run, stop_in_order  # noqa: E402
from relay import sink  # noqa: E402

PASSWORD, PIN = "seven quiet otters mend nets", "284617"
# Made by the argon2 program: echo -n SECRET | argon2 somesaltsomesalt -id -t 2 -k 19456 -p 1 -e
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$FuHo6HL0M5C6yeAJ91EUCp0irenl/BtMeyago5tytCc"

# A class of accounts, and what its columns are besides the usual; `shared` has two to an address, `unknown` none.
CLASSES = {
    "known": "", "unknown": None, "shared": "", "disabled": "disabled = true", "locked": "locked_until = 'infinity'",
    "mobile only": "access = '{mobile}'", "no access": "access = '{}'", "no password": "password_hash = NULL",
}


def address(name, number):
    return f"{name.replace(' ', '.')}{number}@example.org"


def login(name, number):
    return f"{name.replace(' ', '-')}{number}"


class Stage:
    """As the benchmark's parts see it: the program, a folder, the cluster, the key ring."""

    def __init__(self, binary, folder, cluster):
        self.binary, self.folder, self.cluster = Path(binary).resolve(), folder, cluster
        self.keys = folder / "keys"
        self._number = 0

    def next_number(self):
        self._number += 1
        return self._number

    def prepare(self, accounts):
        """The database `site` with so many accounts of each class."""
        self.keys.touch(0o600)
        self.keys.write_text(run([self.binary, "keys", "generate"]))
        with self.cluster.connect("postgres") as connection:
            connection.execute("CREATE ROLE resetd LOGIN")
            connection.execute("CREATE DATABASE site")
        run([self.binary, "migrate"], env={**os.environ, "RESETD_DATABASE_URL": self.cluster.url("site")})
        with self.cluster.connect("site") as connection:
            connection.execute(run([self.binary, "grants", "--daemon", "resetd"]))
            for name, change in CLASSES.items():
                if change is None:
                    continue
                for twin in ("", "-twin") if name == "shared" else ("",):
                    connection.execute(
                        f"""
                        INSERT INTO directory.users (login_id, full_name, email, password_hash)
                        SELECT '{login(name, "")}' || n || '{twin}', 'Person', '{address(name, "%").replace("%", "' || n || '")}',
                               '{PASSWORD_HASH}'
                          FROM generate_series(1, {accounts}) AS n
                        """)
                if change:
                    connection.execute(
                        f"UPDATE directory.users SET {change} WHERE login_id ~ '^{login(name, '')}[0-9]'")
            connection.execute("VACUUM (ANALYZE)")


@contextlib.contextmanager
def stage(binary, accounts, arguments=()):
    """Yields the stage and a daemon on it, and leaves nothing behind."""
    stop_in_order()
    folder = Path(tempfile.mkdtemp(prefix="resetd-security-", dir="/var/tmp"))
    folder.chmod(0o711)
    try:
        with Cluster(folder) as cluster:
            built = Stage(binary, folder, cluster)
            built.prepare(accounts)
            with sink(built) as relay, Daemon(built, "site", relay.port, arguments=arguments) as daemon:
                yield built, daemon
    except BenchError as error:
        sys.exit(f"{Path(sys.argv[0]).stem}: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Client:
    """One connection that is kept, and posts on it."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._connection.connect()

    def post(self, path, fields, as_json):
        body = json.dumps(fields) if as_json else urllib.parse.urlencode(fields)
        kind = "application/json" if as_json else "application/x-www-form-urlencoded"
        self._connection.request("POST", path, body, {"Content-Type": kind})
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self):
        self._connection.close()


def options(what):
    parser = argparse.ArgumentParser(prog=f"Scripts/test {what}")
    parser.add_argument("--short", action="store_true", help="fewer of everything")
    parser.add_argument("--binary", default=".build/debug/resetd", metavar="PATH", help="the resetd to try")
    return parser.parse_args()
