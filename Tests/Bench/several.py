"""(e) Two and four daemons on one database."""

import contextlib
import statistics

from daemon import Daemon
from relay import sink
from throughput import deliver, warm_up


def measure(bench):
    rounds, count = (2, 5000) if bench.quick else (3, 20_000)
    with bench.database() as database, sink(bench) as relay:
        alone = None
        for number in (1, 2, 4):
            with contextlib.ExitStack() as stack:
                daemons = [stack.enter_context(Daemon(bench, database, relay.port)) for _ in range(number)]
                warm_up(bench, database, daemons)
                rate = statistics.median(deliver(bench, database, daemons, count).rate for _ in range(rounds))
            alone = alone or rate
            note = f"{rate / alone:.2f} of one" if number > 1 else ""
            bench.table.add("e", f"{number} daemon{'s'[:number - 1]}, {count:,} requests", rate, "mails/s", note=note)
