"""(g) The daemon with nothing to do: statements, CPU, memory."""

import time

from daemon import Daemon
from processes import cpu_seconds, memory
from relay import sink
from throughput import deliver


def measure(bench):
    span = 12 if bench.quick else 30
    with bench.database() as database, sink(bench) as relay, Daemon(bench, database, relay.port) as daemon:
        time.sleep(3)
        fresh = memory(daemon.pid)
        statements, cpu = bench.cluster.statements(database), cpu_seconds(daemon.pid)
        time.sleep(span)
        statements = bench.cluster.statements(database) - statements
        cpu = cpu_seconds(daemon.pid) - cpu
        deliver(bench, database, [daemon], 5000)
        time.sleep(2)
        after = memory(daemon.pid)
    add = bench.table.add
    add("g", f"statements at rest, over {span} s", statements / span, "/s", at_most=1)
    add("g", "CPU at rest", cpu / span * 100, "% of a core", at_most=0.3)
    add("g", "memory at rest (VmRSS)", fresh["VmRSS"], "MB", at_most=40, note=f"RssAnon {fresh['RssAnon']:.1f}")
    add("g", "memory at rest after 5,000 mails (VmRSS)", after["VmRSS"], "MB", note=f"RssAnon {after['RssAnon']:.1f}")
