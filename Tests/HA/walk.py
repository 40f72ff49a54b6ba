"""Three database hosts under Patroni, two daemons, a stream of requests, and what befalls the primary meanwhile."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import proxies
import psycopg2
from application import ACCOUNTS, Application
from daemon import Daemon
from ledger import Ledger
from network import BenchError, Network, run, stop_in_order
from node import SITE, Nodes, environment
from relay import Relay

RATE = 40  # requests a second


class Failure(Exception):
    """What did not hold, in a sentence."""


BEGUN = time.monotonic()


def say(words):
    print(f"{time.monotonic() - BEGUN:6.1f} s  {words}", flush=True)


def wait(what, condition, seconds=90):
    """Returns what `condition` gives as soon as that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.1)
    raise Failure(f"not within {seconds} s: {what}")


class Site:
    def __init__(self, network, folder, binary):
        self.nodes = Nodes(network, folder)
        self.binary = binary
        self.daemons = [Daemon(network, number, folder, binary) for number in (21, 22)]
        self.keys = run([binary, "keys", "generate"])

    def prepare(self):
        """The database, its roles and accounts; what an operator does once, on whichever node leads."""
        self.nodes.start()
        wait("a primary, and two that follow it", self.is_whole)
        say(f"{self.nodes.leader().name} leads, two follow")
        self.sql("CREATE ROLE resetd LOGIN", "CREATE ROLE application LOGIN", f"CREATE DATABASE {SITE}", database="postgres")
        # libpq asks the first host that answers, and one that has not heard of the database ends the search.
        wait("a database that all have heard of", lambda: all(node.has_site() for node in self.nodes.all))
        settings = {**environment(), "RESETD_DATABASE_URL": self.nodes.url("postgres"), "RESETD_DATABASE_TLS": "off"}
        run([self.binary, "migrate"], env=settings)
        self.sql(
            run([self.binary, "grants", "--daemon", "resetd", "--application", "application"]),
            f"""
            INSERT INTO directory.users (login_id, full_name, email)
            SELECT 'p' || n, 'Person ' || n, 'p' || n || '@example.org' FROM generate_series(1, {ACCOUNTS}) AS n
            """, "ANALYZE")

    def sql(self, *statements, database=SITE):
        connection = psycopg2.connect(self.nodes.url("postgres", database=database))
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def is_whole(self):
        """Whether one leads and both others follow it."""
        try:
            return self.nodes.leader() and self.sql(
                "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", database="postgres") == [(2,)]
        except psycopg2.OperationalError:
            return False

    def is_settled(self):
        return self.sql("SELECT count(*) FROM resetd.outbox WHERE state IN ('queued', 'sending')")[0][0] == 0


def primary_killed(site, relay):
    fail_over(site, relay, "killed", lambda node: node.kill(), lambda node: node.start_patroni(site.nodes.all))


def primary_cut_off(site, relay):
    fail_over(site, relay, "cut off", lambda node: node.host.pull_cable(), lambda node: node.host.plug_in())


def fail_over(site, relay, what, befall, mend):
    node = site.nodes.leader()
    moment = time.monotonic()
    befall(node)
    say(f"{node.name}, the primary, is {what}")
    leader = wait("another primary", lambda: site.nodes.leader(besides=node))
    now = time.monotonic()
    say(f"{leader.name} leads")
    wait(f"mails after the primary was {what}", lambda: relay.count_since(now) > RATE * 5)
    for daemon in site.daemons:
        daemon.check()
    say(f"{RATE * 5} mails since; {relay.silence_since(moment):.1f} s went by without one")
    mend(node)
    wait("the old primary as a standby", site.is_whole)
    say(f"{node.name} is back, and follows")


def stream(site, relay, database, faults, title):
    """A stream of requests while each of the faults happens; at the end the ledger."""
    print(f"\n{title}")
    relay.mails.clear()
    site.sql("TRUNCATE resetd.outbox")
    for daemon in site.daemons:
        daemon.start(relay.url, site.keys, database)
    wait("two daemons that are ready", lambda: all(daemon.readiness() == "ok" for daemon in site.daemons))
    say("two daemons are ready")
    with Application(site.nodes.url("application"), RATE) as application:
        for fault in faults:
            moment = time.monotonic()
            wait("a stream of mails", lambda: relay.count_since(moment) > RATE * 3)
            fault(site, relay)
    wait("an outbox that is settled", site.is_settled)
    for daemon in site.daemons:
        if code := daemon.stop():
            raise Failure(f"{daemon.host.name} ended with code {code}; its log is {daemon.log}")
    ledger = Ledger(site.nodes.url("postgres"), application, relay)
    ledger.print()
    if wrongs := [what for what, count in ledger.wrongs.items() if count]:
        raise Failure(f"{title}: {'; '.join(wrongs)}")


def main():
    parser = argparse.ArgumentParser(prog="Scripts/test ha")
    parser.add_argument("--binary", default=".build/debug/resetd", type=Path, metavar="PATH", help="the resetd to try")
    parser.add_argument("--keep", action="store_true", help="leave the logs of a run that succeeded")
    chosen = parser.parse_args()
    stop_in_order()
    folder = Path(tempfile.mkdtemp(prefix="resetd-ha-", dir="/var/tmp"))
    folder.chmod(0o711)
    # Where whoever runs it may read it, wherever the build is.
    binary = folder / "resetd"
    shutil.copy(chosen.binary, binary)
    try:
        with Network() as network, Relay(network.address) as relay:
            site = Site(network, folder, binary)
            site.prepare()
            direct = {"url": site.nodes.url("resetd")}
            stream(site, relay, direct, [primary_killed, primary_cut_off], "Straight to PostgreSQL")
            for daemon in site.daemons:
                pooled = proxies.start(daemon.host, daemon.folder, site.nodes)
            stream(site, relay, pooled, [primary_killed], "Through PgBouncer, by transaction, and HAProxy")
    except (Failure, BenchError, psycopg2.Error) as failure:
        sys.exit(f"{failure}\nlogs: {folder}")
    except SystemExit:  # by a signal
        shutil.rmtree(folder)
        raise
    if not chosen.keep:
        shutil.rmtree(folder)
    print("\nAll is well")


if __name__ == "__main__":
    main()
