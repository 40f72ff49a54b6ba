"""A PostgreSQL cluster of the benchmark's own, with the durability that PostgreSQL has by default."""

import contextlib
import glob
import os
import re

from libpq import Connection
from processes import BenchError, cpu_seconds, run


class Cluster:
    """Started by `with`, stopped at its end. Everything is PostgreSQL's default but the socket, max_connections and
    pg_stat_statements, which counts what the daemon asks for."""

    def __init__(self, folder):
        self.data = folder / "cluster"
        self.socket = folder / "socket"
        self._names = 0

    def __enter__(self):
        # PostgreSQL does not run as root.
        self._as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._programs = max(
            glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(re.sub(r"\D", "", path) or 0), default=None)
        if self._programs is None:
            raise BenchError("There is no PostgreSQL server in /usr/lib/postgresql.")
        for folder in (self.data, self.socket):
            folder.mkdir(mode=0o700)
            if self._as_owner:
                run(["chown", "postgres", folder])
        self._run(
            "initdb", "--pgdata", self.data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--no-sync")
        with open(self.data / "postgresql.conf", "a") as settings:
            settings.write(
                f"listen_addresses = ''\nunix_socket_directories = '{self.socket}'\nmax_connections = 200\n"
                "shared_preload_libraries = 'pg_stat_statements'\n")
        try:
            self._run("pg_ctl", "start", "--silent", "--wait", "--pgdata", self.data, "--log", self.data / "log")
        except BaseException:
            self.__exit__()
            raise
        self.pid = int((self.data / "postmaster.pid").read_text().split()[0])
        with self.connect("postgres") as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements")
        return self

    def __exit__(self, *_):
        with contextlib.suppress(BenchError):
            self._run("pg_ctl", "stop", "--silent", "--wait", "--mode", "immediate", "--pgdata", self.data)

    def _run(self, name, *arguments):
        # Not by pipes: the server would inherit them, and nobody would see their end.
        run([*self._as_owner, "sh", "-c", 'log=$1; shift; "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }', "sh",
             self.socket / "log", f"{self._programs}/{name}", *arguments], cwd=self.socket.parent)

    def url(self, database, user="postgres"):
        return f"postgresql:///{database}?host={self.socket}&user={user}"

    def connect(self, database):
        return Connection(self.url(database))

    def cpu(self):
        """Seconds of CPU that all of the server's processes have taken, those that ended included."""
        return cpu_seconds(self.pid, with_children=True)

    def new_database(self, template="base"):
        """A database with the schemas and the accounts, in which nothing has happened yet."""
        self._names += 1
        name = f"bench{self._names}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            connection.execute("CHECKPOINT")
        return name

    def drop(self, name):
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def statements(self, database):
        """Statements that clients sent to a database so far; asked from another, so that asking does not count."""
        with self.connect("postgres") as connection:
            return int(connection.value(
                f"""
                SELECT coalesce(sum(s.calls), 0)
                  FROM pg_stat_statements AS s
                  JOIN pg_database AS d ON d.oid = s.dbid
                 WHERE d.datname = '{database}'
                """))


def add_accounts(connection, first, last):
    """Users person1, person2, … with an address each."""
    connection.execute(
        f"""
        INSERT INTO directory.users (login_id, full_name, email)
        SELECT 'person' || n, 'Person Number ' || n, 'person' || n || '@example.org'
          FROM generate_series({first}, {last}) AS n
        """)
    connection.execute("VACUUM (ANALYZE) directory.users")
