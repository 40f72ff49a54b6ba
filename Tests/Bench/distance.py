"""(c) A relay that is 20 ms away, and one that takes its time over every answer."""

import socket
import statistics
import time

from daemon import Daemon
from relay import DelayingProxy, ScriptedRelay, sink
from throughput import deliver

ROUND_TRIP = 0.020
REPLY, DOT, CONNECTIONS = 0.005, 0.050, 32
# Each mail costs a connection the answers to its envelope and the answer to its dot: 32 / 60 ms.
PAPER_BOUND = CONNECTIONS / (REPLY + REPLY + DOT)


def measure(bench):
    _far(bench)
    _slow(bench)


def _far(bench):
    for connections in (1, 8):
        count = connections * (150 if bench.quick else 300)
        with bench.database() as database, sink(bench) as relay:
            with DelayingProxy(relay.port, ROUND_TRIP / 2) as proxy:
                distance = _round_trip(proxy.port)
                with Daemon(bench, database, proxy.port, connections=connections) as daemon:
                    rate = deliver(bench, database, [daemon], count).rate / connections
        # A tenth for opening connections and for the mail at either end.
        bench.table.add(
            "c", f"20 ms away, {connections} connection{'s'[:connections - 1]}: mails a second and connection", rate,
            "mails/s", at_least=0.9 / distance, note=f"one round trip a mail: {1 / distance:.1f}")


def _round_trip(port):
    """Seconds from a NOOP to its answer: what the proxy really makes of its delay, on a machine as busy as this."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.recv(1000)
        times = []
        for _ in range(30):
            begun = time.monotonic()
            connection.sendall(b"NOOP\r\n")
            connection.recv(1000)
            times.append(time.monotonic() - begun)
    return statistics.median(times)


def _slow(bench):
    count = 2000 if bench.quick else 5000
    with bench.database() as database, ScriptedRelay(REPLY, DOT) as relay:
        with Daemon(bench, database, relay.port, connections=CONNECTIONS) as daemon:
            rate = deliver(bench, database, [daemon], count).rate
    bench.table.add(
        "c", "5 ms a reply, 50 ms at the dot, 32 connections", rate, "mails/s", at_least=0.9 * PAPER_BOUND,
        note=f"paper bound {PAPER_BOUND:.0f}")
