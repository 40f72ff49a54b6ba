"""(h) The pages, by wrk, beside a static page of the same size from nginx."""

import contextlib
import http.client
import re
import urllib.parse

from daemon import Daemon
from processes import BenchError, Child, cpu_seconds, free_port, program, run
from relay import sink

CONNECTIONS = 8

POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
request = function()
    return wrk.format(nil, nil, nil, "email=person" .. math.random(1, 200000) .. "%40example.org&kind=user")
end
"""


def measure(bench):
    seconds = 3 if bench.quick else 6
    token = _token(bench.mail)
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    with bench.database() as database, sink(bench) as relay, Daemon(bench, database, relay.port) as daemon:
        with bench.cluster.connect(database) as connection:
            _link_row(connection)
        page = _fetch(daemon.web, f"/reset/{token}", 200)
        _fetch(daemon.web, f"/reset/{forged}", 404)
        form = _wrk(bench, daemon, database, f"/reset/{token}", seconds)
        forgery = _wrk(bench, daemon, database, f"/reset/{forged}", seconds)
        forgot = _wrk(bench, daemon, database, "/forgot", seconds, script=POST)
    with _nginx(bench, page) as port:
        static = _rate(f"http://127.0.0.1:{port}/page.html", seconds)
    add = bench.table.add
    add("h", f"nginx, one worker, a static page of {len(page):,} bytes", static, "requests/s")
    add("h", "GET /reset/TOKEN, the form", form.rate, "requests/s", note=form.note)
    add("h", "  of nginx's", form.rate / static, at_least=0.5)
    add("h", "GET /reset/TOKEN, forged", forgery.rate, "requests/s", at_least=form.rate, note=forgery.note)
    add("h", "  statements a request", forgery.statements, at_most=0.01)
    add("h", "POST /forgot", forgot.rate, "requests/s", note=forgot.note)


class _Load:
    def __init__(self, rate, cpu, statements):
        self.rate, self.statements = rate, statements
        self.note = f"{cpu * 1e6:.0f} µs of CPU, {statements:.2f} statements a request"


def _token(mail):
    """The token of a link in a mail whose text is 7bit."""
    found = re.search(rb"/reset/([A-Za-z0-9_-]{68})", mail)
    if found is None:
        raise BenchError("There is no link in the mail.")
    return found.group(1).decode()


def _link_row(connection):
    """The database is a fresh one: the request that the link is for, as the daemon left it where the mail was made."""
    connection.execute(
        """
        INSERT INTO resetd.outbox (id, email, account_kind, state, account_id, resolved_kind, sent_to, sent_at, fence,
                                   minted_at, expires_at, key_id, account_revision)
        OVERRIDING SYSTEM VALUE
        SELECT 1, a.email, a.kind, 'sent', a.account_id, a.kind, a.email, now(), 1,
               now(), now() + interval '1 hour', 1, a.revision
          FROM resetd.account AS a
         WHERE a.email_key = 'person77@example.org';
        SELECT setval(pg_get_serial_sequence('resetd.outbox', 'id'), 1)
        """)


def _fetch(port, path, status):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    if answer.status != status:
        raise BenchError(f"{urllib.parse.urlsplit(path).path[:12]}… answered {answer.status} instead of {status}.")
    return body


def _wrk(bench, daemon, database, path, seconds, script=None):
    arguments = []
    if script:
        file = bench.folder / "post.lua"
        file.write_text(script)
        arguments = ["-s", file]
    statements, cpu = bench.cluster.statements(database), cpu_seconds(daemon.pid)
    rate = _rate(f"http://127.0.0.1:{daemon.web}{path}", seconds, arguments, may_refuse=path.endswith(("AAAA", "BBBB")))
    count = rate * seconds
    return _Load(
        rate, (cpu_seconds(daemon.pid) - cpu) / count,
        max(0, bench.cluster.statements(database) - statements) / count)


def _rate(url, seconds, arguments=(), may_refuse=False):
    report = run([program("wrk"), "-t", "1", "-c", CONNECTIONS, "-d", f"{seconds}s", *arguments, url])
    if "Non-2xx" in report and not may_refuse:
        raise BenchError(f"Pages were refused under load: {re.search('Non-2xx.*', report).group()}")
    if "Socket errors" in report:
        raise BenchError(f"Pages failed under load: {re.search('Socket errors.*', report).group()}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", report).group(1))


@contextlib.contextmanager
def _nginx(bench, page):
    folder, port = bench.folder / "nginx", free_port()
    (folder / "root").mkdir(parents=True)
    (folder / "root" / "page.html").write_bytes(page)
    temporary = "".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;"  # Whoever starts it: the folder is the benchmark's own.
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;"
        "events { worker_connections 256; }"
        f"http {{ {temporary} access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;"
        f" types {{ text/html html; }} server {{ listen 127.0.0.1:{port}; root {folder}/root; }} }}")
    with Child([program("nginx"), "-p", folder, "-c", folder / "nginx.conf"], bench.folder / "nginx.log") as child:
        child.wait_for_port(port)
        yield port
