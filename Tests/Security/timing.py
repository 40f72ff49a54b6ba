"""How long answers take for accounts of every class: whoever asks must not find out by a clock who has one.

Samples of all classes are taken in one shuffled order, so that whatever else the machine does meets all alike, and so does
what the daemon still does for the one before: a class that never came after itself would look faster. A class is told apart where its median differs from that of all others by 5 % or more, and also where
a rank test (Mann-Whitney, two-sided, at one in a thousand for all comparisons together) finds it slower or faster.
"""

import math
import random
import statistics
import sys
import time

from stage import CLASSES, PASSWORD, Client, address, login, options, stage


def mann_whitney(first, second):
    """Two-sided p of the hypothesis that neither tends to be greater; by the normal approximation, ties corrected."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    n, m = len(first), len(second)
    rank_sum, ties, start = 0.0, 0, 0
    while start < n + m:
        end = start
        while end < n + m and ranked[end][0] == ranked[start][0]:
            end += 1
        rank = (start + 1 + end) / 2
        rank_sum += rank * sum(1 for _, which in ranked[start:end] if which == 0)
        ties += (end - start) ** 3 - (end - start)
        start = end
    u = rank_sum - n * (n + 1) / 2
    variance = n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1)))
    return math.erfc(abs(u - n * m / 2) / math.sqrt(2 * variance))


# Where nothing is hashed an answer is a commit, and the disk's moods are greater than what is looked for: more samples.
MORE = 8

# A way in: its path, whether it speaks JSON, what is sent for one account of a class.
WAYS = (
    ("/forgot", False, lambda name, n: {"email": address(name, n), "kind": "user"}),
    ("/api/v1/reset-requests", True, lambda name, n: {"email": address(name, n)}),
    ("/password", False, lambda name, n: {
        "kind": "user", "login": login(name, n), "current": "not the right one", "password": "violet-anchor-teapot",
        "confirmation": "violet-anchor-teapot"}),
    ("/api/v1/password", True, lambda name, n: {
        "kind": "user", "login": login(name, n), "current": "not the right one", "password": "violet-anchor-teapot"}),
    ("/api/v1/pin", True, lambda name, n: {"login": login(name, n), "current": "999999", "pin": "048151"}),
    ("/admin/sign-in", False, lambda name, n: {"login": login(name, n), "password": "not the right one"}),
)


def sample(port, path, as_json, fields, count):
    """Seconds by class, and the statuses that came."""
    times, statuses = {name: [] for name in CLASSES}, {name: set() for name in CLASSES}
    # Who is locked is told so, as the systems' own pages do, and so is whoever tries an unknown login as often.
    names = [name for name in CLASSES if name != "locked" or "email" in fields(name, 1)]
    client = Client(port)
    order = [(name, number) for name in names for number in range(1, count + 1)]
    random.shuffle(order)
    for name, number in order:
        begun = time.perf_counter()
        status = client.post(path, fields(name, number), as_json)
        times[name].append(time.perf_counter() - begun)
        statuses[name].add(status)
    client.close()
    return {name: times[name] for name in names}, statuses


def main():
    chosen = options("timing")
    count = 100 if chosen.short else 500
    apart = []
    with stage(chosen.binary, count * MORE) as (_, daemon):
        client = Client(daemon.web)
        for number in range(30):
            client.post("/forgot", {"email": f"warm{number}@example.net"}, False)
            client.post("/api/v1/password", {
                "kind": "user", "login": f"warm{number}", "current": PASSWORD, "password": PASSWORD}, True)
        client.close()
        for path, as_json, fields in WAYS:
            samples = count * MORE if "email" in fields("known", 1) else count
            times, statuses = sample(daemon.web, path, as_json, fields, samples)
            print(f"{path}, {samples:,} of each class", flush=True)
            limit = 0.001 / len(times) / len(WAYS)
            for name, taken in times.items():
                others = [second for other, seconds in times.items() if other != name for second in seconds]
                median, rest = statistics.median(taken), statistics.median(others)
                p = mann_whitney(taken, others)
                is_apart = abs(median / rest - 1) >= 0.05 or p < limit or statuses[name] != statuses["unknown"]
                if is_apart:
                    apart.append(f"{path}: {name}")
                print(
                    f"  {name:12} {median * 1000:8.3f} ms  {(median / rest - 1) * 100:+6.2f} %  p {p:8.2g}"
                    f"  {sorted(statuses[name])}{'  TOLD APART' if is_apart else ''}")
    if apart:
        sys.exit(f"told apart: {'; '.join(apart)}")
    print("no class is told apart")


if __name__ == "__main__":
    main()
