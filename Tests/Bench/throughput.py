"""(a) Requests a second from the commit of many rows to the last `sent`, beside smtp-source; and what they cost (g)."""

import statistics
import time

from daemon import Daemon
from processes import BenchError, cpu_seconds, memory
from relay import sink, source

BATCH = 20_000


class Delivery:
    """What one run of many requests took."""

    def __init__(self, count, seconds, daemon_cpu, database_cpu):
        self.count, self.seconds = count, seconds
        self.rate = count / seconds
        self.daemon_cpu = daemon_cpu / count * 1e6
        self.database_cpu = database_cpu / count * 1e6


def deliver(bench, database, daemons, count, first=1, accounts=200_000, patience=300):
    """Inserts `count` requests, for accounts from number `first` on, and waits until all are recorded as sent.

    The clock runs from the start of their COMMIT. Its end is the moment when the daemons' own counters, which they raise
    after the commit that records, reach the count: asking them burdens the database with nothing.
    """
    before = sum(daemon.sent() for daemon in daemons)
    with bench.cluster.connect(database) as connection:
        last_id = int(connection.value("SELECT coalesce(max(id), 0) FROM resetd.outbox"))
        connection.execute(
            f"""
            BEGIN;
            INSERT INTO resetd.outbox (email, account_kind)
            SELECT 'person' || ({first} - 1 + n) % {accounts} + 1 || '@example.org', 'user'
              FROM generate_series(0, {count} - 1) AS n
            """)
        daemon_cpu = sum(cpu_seconds(daemon.pid) for daemon in daemons)
        database_cpu = bench.cluster.cpu()
        begun = time.monotonic()
        connection.execute("COMMIT")
        while sum(daemon.sent() for daemon in daemons) < before + count:
            elapsed = time.monotonic() - begun
            if elapsed > patience:
                raise BenchError(f"{count} requests were not sent within {patience} s.")
            time.sleep(min(0.05, max(0.002, elapsed / 100)))
        seconds = time.monotonic() - begun
        delivery = Delivery(
            count, seconds, sum(cpu_seconds(daemon.pid) for daemon in daemons) - daemon_cpu,
            bench.cluster.cpu() - database_cpu)
        unsent = int(connection.value(
            f"SELECT count(*) FROM resetd.outbox WHERE id > {last_id} AND state <> 'sent'"))
    if unsent:
        raise BenchError(f"{unsent} of {count} requests are not sent, though the daemon's counters say so.")
    return delivery


def warm_up(bench, database, daemons):
    """Opens connections and fills caches, so that the first round is like the others."""
    deliver(bench, database, daemons, 1000, first=199_001)


def spread(values):
    return f"{min(values):,.0f} to {max(values):,.0f}"


def measure(bench):
    rounds, count = (3, 10_000) if bench.quick else (5, BATCH)
    deliveries, sources = [], []
    with bench.database() as database, sink(bench) as relay, Daemon(bench, database, relay.port) as daemon:
        warm_up(bench, database, [daemon])
        source(relay.port, 1000, bench.source_length, 8)
        sink_cpu = {"daemon": 0.0, "source": 0.0}
        for number in range(rounds):
            start = cpu_seconds(relay.pid)
            deliveries.append(deliver(bench, database, [daemon], count, first=1 + number * count))
            middle = cpu_seconds(relay.pid)
            sources.append(source(relay.port, count, bench.source_length, 8))
            sink_cpu["daemon"] += middle - start
            sink_cpu["source"] += cpu_seconds(relay.pid) - middle
        peak = memory(daemon.pid)
        for line in daemon.complaints()[:3]:
            bench.table.missing("a", "the daemon complained", line)
    rates = [delivery.rate for delivery in deliveries]
    ours, theirs = statistics.median(rates), statistics.median(sources)
    add = bench.table.add
    add("a", f"resetd, {count:,} requests, 8 connections, median of {rounds}", ours, "mails/s", note=spread(rates))
    add("a", "smtp-source -d, 8 sessions, equally long mails", theirs, "mails/s", note=spread(sources))
    add("a", "ratio (aim 1.0)", ours / theirs, "", at_least=0.6)
    microseconds = "µs/mail"
    add("g", "CPU of the daemon", statistics.median(d.daemon_cpu for d in deliveries), microseconds)
    add("g", "CPU of the database", statistics.median(d.database_cpu for d in deliveries), microseconds)
    total = rounds * count / 1e6
    add("g", "CPU of the sink, for the daemon's mails", sink_cpu["daemon"] / total, microseconds,
        note=f"{sink_cpu['source'] / total:.0f} for smtp-source's")
    add("g", "memory at the peak (VmHWM)", peak["VmHWM"], "MB", at_most=80, note=f"RssAnon {peak['RssAnon']:.1f}")
