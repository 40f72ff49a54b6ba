"""(b) Single requests at rest: from the commit's return to RCPT, and to the relay's acceptance."""

import random
import statistics
import time

from daemon import Daemon
from relay import ScriptedRelay


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(bench):
    count = 100 if bench.quick else 300
    commits, recipients, accepted = [], [], []
    dice = random.Random(1)
    with bench.database() as database, ScriptedRelay() as relay, Daemon(bench, database, relay.port):
        with bench.cluster.connect(database) as connection:
            connection.execute("CREATE TABLE bench (n int); INSERT INTO bench VALUES (0)")
            for number in range(count + 10):
                connection.execute(
                    f"INSERT INTO resetd.outbox (email, account_kind) VALUES ('person{number + 1}@example.org', 'user')")
                begun = time.monotonic()
                _, recipient_at, accepted_at, _ = relay.next_mail()
                # By then the outcome is recorded, and the machine as quiet as it was before the request.
                time.sleep(dice.uniform(0.015, 0.03))
                update = time.monotonic()
                connection.execute("UPDATE bench SET n = n + 1")
                if number >= 10:
                    commits.append((time.monotonic() - update) * 1000)
                    recipients.append((recipient_at - begun) * 1000)
                    accepted.append((accepted_at - begun) * 1000)
                time.sleep(dice.uniform(0.01, 0.03))
    commit = statistics.median(commits)
    add = bench.table.add
    add("b", f"an UPDATE of one row with its commit, p50 of {count}", commit, "ms", note=f"p99 {percentile(commits, .99):.1f}")
    add("b", "commit -> RCPT, p50", statistics.median(recipients), "ms", note=f"p99 {percentile(recipients, .99):.1f}")
    add("b", "commit -> accepted, p50 (two commits and 2 ms)", statistics.median(accepted), "ms", at_most=2 * commit + 2)
    add("b", "commit -> accepted, p99", percentile(accepted, .99), "ms", at_most=30)
