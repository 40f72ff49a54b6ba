"""(d) The same sink behind STARTTLS, which stunnel speaks for it."""

import contextlib
import statistics

from daemon import Daemon
from processes import Child, free_port, program, run
from relay import sink
from throughput import deliver, warm_up


def measure(bench):
    rounds, count = (2, 5000) if bench.quick else (3, 10_000)
    with bench.database() as database, sink(bench) as relay, _starttls(bench, relay.port) as (port, certificate):
        tls = {"tls": "required", "caFile": str(certificate), "url": f"smtp://localhost:{port}"}
        with Daemon(bench, database, relay.port) as clear:
            warm_up(bench, database, [clear])
            clear_rates = [deliver(bench, database, [clear], count).rate for _ in range(rounds)]
        with Daemon(bench, database, port, smtp=tls) as encrypted:
            warm_up(bench, database, [encrypted])
            deliveries = [deliver(bench, database, [encrypted], count) for _ in range(rounds)]
    rate, clear_rate = statistics.median(d.rate for d in deliveries), statistics.median(clear_rates)
    bench.table.add("d", "STARTTLS by stunnel before the sink, 8 connections", rate, "mails/s")
    bench.table.add("d", "ratio to the bare sink in the clear", rate / clear_rate, note=f"{clear_rate:,.0f} mails/s")
    bench.table.add(
        "d", "CPU of the daemon with STARTTLS", statistics.median(d.daemon_cpu for d in deliveries), "µs/mail")


@contextlib.contextmanager
def _starttls(bench, target):
    """Yields a port that offers STARTTLS, and the certificate that it shows."""
    port = free_port()
    certificate, key = bench.folder / "certificate.pem", bench.folder / "key.pem"
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate])
    settings = bench.folder / "stunnel.conf"
    settings.write_text(
        f"foreground = yes\npid =\nsyslog = no\ndebug = 4\n[smtp]\naccept = 127.0.0.1:{port}\n"
        f"connect = 127.0.0.1:{target}\nprotocol = smtp\ncert = {certificate}\nkey = {key}\n")
    with Child([program("stunnel4"), settings], bench.folder / "stunnel.log") as child:
        child.wait_for_port(port)
        yield port, certificate
