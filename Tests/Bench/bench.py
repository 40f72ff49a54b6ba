"""Measures resetd beside its limits and its peers; see README.md in this folder. Scripts/bench calls it."""

import argparse
import contextlib
import importlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from cluster import Cluster, add_accounts
from daemon import Daemon
from processes import BenchError, progress, run, stop_in_order
from relay import ScriptedRelay, source
from table import Table

ACCOUNTS = 200_000
# In the order in which they run; each is a module with a function `measure(bench)`.
PARTS = ("throughput", "latency", "distance", "encrypted", "several", "accounts", "history", "rest", "web", "peers")


class Bench:
    """What all parts share: the cluster with a database to copy, the program, the lengths of mails, and the table."""

    def __init__(self, options, folder, cluster):
        self.binary = Path(options.binary).resolve()
        self.quick = options.quick
        self.work = Path(options.work).resolve()
        self.folder, self.cluster = folder, cluster
        self.keys = folder / "keys"
        self.table = Table()
        self.failures = []
        self._number = 0

    def next_number(self):
        self._number += 1
        return self._number

    def prepare(self):
        """The key ring, the database `empty` with the schemas, and `base`, which has the accounts besides."""
        self.keys.touch(0o600)
        self.keys.write_text(run([self.binary, "keys", "generate"]))
        with self.cluster.connect("postgres") as connection:
            connection.execute("CREATE ROLE resetd LOGIN")
            connection.execute("CREATE DATABASE empty")
        run([self.binary, "migrate"], env={**os.environ, "RESETD_DATABASE_URL": self.cluster.url("empty")})
        with self.cluster.connect("empty") as connection:
            connection.execute(run([self.binary, "grants", "--daemon", "resetd"]))
        with self.cluster.connect("postgres") as connection:
            connection.execute("CREATE DATABASE base TEMPLATE empty")
        with self.cluster.connect("base") as connection:
            add_accounts(connection, 1, ACCOUNTS)
        self._learn_lengths()

    def _learn_lengths(self):
        """How long our mail is, and which length to ask of smtp-source for one as long. Keeps our mail, for its link."""
        with ScriptedRelay() as relay:
            source(relay.port, 1, 1000, 1)
            overhead = len(relay.next_mail()[3]) - 1000
            with self.database() as database, Daemon(self, database, relay.port):
                with self.cluster.connect(database) as connection:
                    connection.execute("INSERT INTO resetd.outbox (email) VALUES ('person77@example.org')")
                self.mail = relay.next_mail()[3]
        self.source_length = len(self.mail) - overhead

    @contextlib.contextmanager
    def database(self, template="base"):
        """A fresh database for one measurement; yields its name."""
        name = self.cluster.new_database(template)
        try:
            yield name
        finally:
            self.cluster.drop(name)


def measure(options, folder):
    with Cluster(folder) as cluster:
        bench = Bench(options, folder, cluster)
        progress("preparing accounts")
        bench.prepare()
        for part in options.only:
            progress(part)
            try:
                importlib.import_module(part).measure(bench)
            except BenchError as error:
                bench.failures.append(f"{part} was not measured: {error}")
                progress(bench.failures[-1])
        return bench


def parse():
    parser = argparse.ArgumentParser(prog="Scripts/bench", description=__doc__.split(";")[0] + ".")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds: under two minutes")
    parser.add_argument("--only", default=",".join(PARTS), metavar="PART,…", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--binary", required=True, metavar="PATH", help="the resetd to measure (default: a release build)")
    parser.add_argument("--work", default=".build-bench", metavar="FOLDER", help="where last.json and the peers are kept")
    options = parser.parse_args()
    options.only = options.only.split(",")
    for part in options.only:
        if part not in PARTS:
            parser.error(f"--only: there is no part {part}; there are {', '.join(PARTS)}")
    if not os.access(options.binary, os.X_OK):
        parser.error(f"--binary: {options.binary} is no program")
    return options


def main():
    options = parse()
    stop_in_order()
    begun = time.monotonic()
    # /var/tmp is on a disk, where /tmp may be memory; an fsync must cost what it costs.
    folder = Path(tempfile.mkdtemp(prefix="resetd-bench-", dir=os.environ.get("RESETD_BENCH_FOLDER", "/var/tmp")))
    folder.chmod(0o711)
    try:
        bench = measure(options, folder)
        seconds = time.monotonic() - begun
        bench.work.mkdir(exist_ok=True)
        bench.table.write(
            bench.work / "last.json", quick=options.quick, parts=options.only, seconds=round(seconds, 1),
            mail_bytes=len(bench.mail), failures=bench.failures)
        print("\n".join([bench.table.text(), *bench.failures]))
        print(f"Mails of {len(bench.mail):,} bytes; {seconds:.0f} s; {bench.work / 'last.json'}")
        return 1 if bench.failures else 0
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
