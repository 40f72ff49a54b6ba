"""(f) From a thousand accounts to a million."""

import statistics

from cluster import add_accounts
from daemon import Daemon
from relay import sink
from throughput import deliver


def measure(bench):
    levels = (1000, 10_000, 100_000) if bench.quick else (1000, 10_000, 100_000, 1_000_000)
    rounds, count = (2, 3000) if bench.quick else (3, 10_000)
    first, reference = 1, None
    with bench.database("empty") as database, sink(bench) as relay, Daemon(bench, database, relay.port) as daemon:
        for level in levels:
            with bench.cluster.connect(database) as connection:
                add_accounts(connection, first, level)
                # An outbox without history: few accounts have a long one, and that is not what is measured here.
                connection.execute("TRUNCATE resetd.outbox; CHECKPOINT")
            first = level + 1
            rates = []
            for number in range(rounds):
                # Strides over all accounts, so that a large directory is not read in one corner only.
                rates.append(deliver(
                    bench, database, [daemon], count, first=1 + number * level // rounds, accounts=level).rate)
            rate = statistics.median(rates)
            reference = reference or rate
            bench.table.add(
                "f", f"{level:,} accounts, {count:,} requests", rate, "mails/s",
                note=f"{rate / reference:.2f} of the first" if level > levels[0] else "")
