"""(f) Old rows in the outbox, and an old snapshot that keeps versions of settled rows alive."""

import contextlib
import statistics
import time

from daemon import Daemon
from processes import progress
from relay import sink
from throughput import deliver, warm_up


def measure(bench):
    levels = (0, 100_000) if bench.quick else (0, 1_000_000, 10_000_000)
    rounds, count = (3, 5000) if bench.quick else (3, 20_000)
    with bench.database() as database, sink(bench) as relay:
        filled = reference = 0
        for level in levels:
            _fill(bench, database, level - filled)
            filled = level
            with Daemon(bench, database, relay.port) as daemon:
                warm_up(bench, database, [daemon])
                rate = _median(bench, database, daemon, rounds, count)
                reference = reference or rate
                _add(bench, f"{level:,} old rows, {count:,} requests", rate, reference, level == levels[-1])
                if level in (levels[0], levels[-1]):
                    with _snapshot(bench, database):
                        # The first run lays the versions down over which the others would stumble.
                        deliver(bench, database, [daemon], count)
                        rate = _median(bench, database, daemon, rounds, count)
                    _add(bench, f"{level:,} old rows and an old snapshot held", rate, reference, True)


def _add(bench, name, rate, reference, has_target):
    bench.table.add("f", name, rate, "mails/s")
    if has_target and rate != reference:
        bench.table.add("f", "  of the speed without either", rate / reference, at_least=0.9)


def _median(bench, database, daemon, rounds, count):
    return statistics.median(
        deliver(bench, database, [daemon], count, first=1 + number * count).rate for number in range(rounds))


def _fill(bench, database, count):
    """Adds requests that were sent long ago, spread over all accounts, as the daemon would have left them."""
    if count == 0:
        return
    begun = time.monotonic()
    with bench.cluster.connect(database) as connection:
        # An index is built far faster over rows that are there than row by row; it is the same index after.
        name = connection.value(
            "SELECT min(indexrelid)::regclass::text FROM pg_index WHERE indrelid = 'resetd.outbox'::regclass"
            " AND pg_get_indexdef(indexrelid) LIKE '%minted_at IS NOT NULL%'")
        index = connection.value(f"SELECT pg_get_indexdef('{name}'::regclass)")
        connection.execute(f"DROP INDEX {name}")
        connection.execute(
            f"""
            SET synchronous_commit = off;
            INSERT INTO resetd.outbox
                   (email, account_kind, requested_at, due_at, state, attempts, fence, first_claimed_at, account_id,
                    resolved_kind, sent_to, message_id, last_reply, sent_at, minted_at, expires_at, key_id)
            SELECT 'person' || n % 200000 + 1 || '@example.org', 'user', at, at, 'sent', 0, 1, at, (n % 200000 + 1)::text,
                   'user', 'person' || n % 200000 + 1 || '@example.org', '<' || n || '@example.org>', '250 2.0.0 Ok', at,
                   at, at + interval '1 hour', 1
              FROM generate_series(1, {count}) AS n,
                   LATERAL (SELECT now() - interval '2 days' - n * interval '1 second' / 2 AS at) AS moment
            """)
        connection.execute(f"SET maintenance_work_mem = '512MB'; {index}")
        connection.execute("VACUUM (ANALYZE) resetd.outbox")
        connection.execute("CHECKPOINT")
    progress(f"history: {count:,} old rows laid down in {time.monotonic() - begun:.0f} s")


@contextlib.contextmanager
def _snapshot(bench, database):
    """A long report: a transaction that has looked once and stays open."""
    with bench.cluster.connect(database) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        connection.execute("SELECT count(*) FROM resetd.session")
        yield
        connection.execute("ROLLBACK")
