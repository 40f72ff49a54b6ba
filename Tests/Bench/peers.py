"""(i) What others would do the same with: Django's form over an outbox, and a Procrastinate worker."""

import json
import sys
from pathlib import Path

from processes import BenchError, run
from relay import sink

PACKAGES = ("Django~=5.2", "psycopg[binary,pool]~=3.2", "procrastinate~=3.0", "aiosmtplib~=5.0")


def measure(bench):
    count = 500 if bench.quick else 1000
    peers = (
        ("Django PasswordResetForm, batches of 100, one connection", "peer_django.py"),
        ("Procrastinate worker, 50 at once, pooled aiosmtplib", "peer_procrastinate.py"))
    try:
        python = _environment(bench.work / "venv")
    except BenchError as error:
        for name, _ in peers:
            bench.table.missing("i", name, str(error))
        return
    for name, script in peers:
        try:
            bench.table.add("i", f"{name}, {count:,} requests", _rate(bench, python, script, count), "mails/s")
        except BenchError as error:
            bench.table.missing("i", name, str(error))


def _environment(folder):
    """The Python that has the peers' packages, kept from run to run."""
    python, mark = folder / "bin" / "python", folder / "complete"
    if not mark.exists():
        run([sys.executable, "-m", "venv", "--clear", folder])
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], timeout=180)
        mark.touch()
    return python


def _rate(bench, python, script, count):
    with bench.database("template1") as database, sink(bench) as relay:
        options = {
            "host": str(bench.cluster.socket), "database": database, "conninfo": bench.cluster.url(database),
            "port": relay.port, "count": count}
        printed = run([python, "-B", Path(__file__).with_name(script), json.dumps(options)], timeout=180)
    return count / json.loads(printed.strip().splitlines()[-1])["seconds"]
