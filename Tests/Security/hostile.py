"""Clients of the hostile kind, while others are served: within a second, in 150 MB, by the same process.

In the short form the second is no matter: it is for a machine that has other things to do.
"""

import asyncio
import base64
import contextlib
import http.client
import os
import resource
import statistics
import sys
import threading
import time

from stage import memory, options, stage

FORM = b"POST /forgot HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


class Others:
    """Well-behaved people: a page of each listener and a request, over and over; how long each had to wait."""

    def __init__(self, daemon, patience):
        self.daemon, self.patience, self.waits, self.refused = daemon, patience, [], []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join(90)

    def _run(self):
        asks = [
            (self.daemon.web, "GET", "/forgot", None), (self.daemon.operations, "GET", "/health/live", None),
            (self.daemon.web, "POST", "/forgot", "email=somebody%40example.net"),
        ]
        while not self._ended.is_set():
            for port, method, path, body in asks:
                begun = time.monotonic()
                try:
                    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=self.patience)
                    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
                    connection.request(method, path, body, headers)
                    status = connection.getresponse().status
                    connection.close()
                except (OSError, http.client.HTTPException) as error:
                    status = type(error).__name__
                self.waits.append(time.monotonic() - begun)
                if status != 200:
                    self.refused.append(f"{method} {path}: {status}")
            time.sleep(0.02)


async def connect(port, count, first=b""):
    """So many connections, each with its first words said."""
    async def one():
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(first)
        return reader, writer

    opened = []
    for start in range(0, count, 200):
        opened += await asyncio.gather(*(one() for _ in range(start, min(start + 200, count))))
    return opened


async def drip(opened, drop, seconds):
    """A drop on every connection now and then; those that the daemon has closed are let go."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for _, writer in opened:
            if not writer.is_closing():
                writer.write(drop)
        await asyncio.sleep(1)


def close(opened):
    for _, writer in opened:
        with contextlib.suppress(OSError):
            writer.transport.abort()


async def slow_heads(port, count, seconds):
    opened = await connect(port, count, b"GET /forgot HTTP/1.1\r\nX: ")
    await drip(opened, b"y", seconds)
    close(opened)


async def slow_bodies(port, count, seconds):
    opened = await connect(port, count, FORM + b"Content-Length: 60000\r\n\r\nemail=")
    await drip(opened, b"y" * 16, seconds)
    close(opened)


async def large_heads(port, count, seconds):
    """Heads of thirty kilobytes, but for their last line."""
    fields = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 490) for number in range(60))
    opened = await connect(port, count, b"GET /forgot HTTP/1.1\r\nHost: x\r\n" + fields)
    await drip(opened, b"", seconds)
    close(opened)


async def large_bodies(port, count, seconds):
    """Bodies near the limit, but for their last part."""
    opened = await connect(port, count, FORM + b"Content-Length: 65000\r\n\r\n" + b"y" * 62_000)
    await drip(opened, b"y", seconds)
    close(opened)


async def slow_readers(port, count, seconds):
    """Ask for a thousand pages in one breath, and read none."""
    opened = await connect(port, count, b"GET /forgot HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
    for reader, _ in opened:
        reader._transport.pause_reading()
    await drip(opened, b"GET /forgot HTTP/1.1\r\nHost: x\r\n\r\n" * 100, seconds)
    close(opened)


async def silent(port, count, seconds):
    opened = await connect(port, count)
    await asyncio.sleep(seconds)
    close(opened)


async def flood(port, head, part, count):
    """A head, and then parts until the daemon has had enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(OSError):
        writer.write(head)
        for _ in range(count):
            writer.write(part)
            await writer.drain()
    status = b""
    with contextlib.suppress(OSError):
        status = (await asyncio.wait_for(reader.read(), 10))[9:12]
    writer.transport.abort()
    return status


async def many_headers(port, count, _):
    fields = b"".join(b"X-%d: y\r\n" % number for number in range(1000))
    return set(await asyncio.gather(*(
        flood(port, b"GET /forgot HTTP/1.1\r\nHost: x\r\n", fields, count // 1000) for _ in range(10))))


async def endless_chunks(port, count, _):
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    tiny = b"1\r\nx\r\n" * 1000
    head = FORM + b"Transfer-Encoding: chunked\r\n\r\n"
    return set(await asyncio.gather(*(
        flood(port, head, part, 2000) for part in (chunk, tiny) for _ in range(max(1, count // 200)))))


async def exchange(port, path, body=None, kind=b"application/json"):
    """One request; its status."""
    for is_last in (False, True):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = b"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" % (b"POST" if body else b"GET", path)
            if body:
                head += b"Content-Type: %s\r\nContent-Length: %d\r\n" % (kind, len(body))
            writer.write(head + b"\r\n" + (body or b""))
            answer = await reader.read()
            writer.close()
            return answer[9:12].decode()
        except OSError:
            if is_last:
                return "reset"


async def storm(port, count, _):
    statuses = await asyncio.gather(*(
        exchange(port, b"/api/v1/password",
                 b'{"kind":"user","login":"nobody%d","current":"x","password":"violet-anchor-teapot"}' % number)
        for number in range(count)))
    return {status: statuses.count(status) for status in sorted(set(statuses))}


async def forged(port, count, _):
    """Tokens of the right form: on kept connections, opened and redeemed in turn."""
    async def some(number):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        statuses = set()
        for step in range(number):
            token = base64.urlsafe_b64encode(b"\x01\x00\x01" + os.urandom(48))
            body = b"password=violet-anchor-teapot&confirmation=violet-anchor-teapot"
            if step % 2:
                writer.write(b"GET /reset/%s HTTP/1.1\r\nHost: x\r\n\r\n" % token)
            else:
                writer.write(
                    b"POST /reset/%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    b"Content-Length: %d\r\n\r\n%s" % (token, len(body), body))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            statuses.add(head[9:12].decode())
        writer.close()
        return statuses

    return set().union(*await asyncio.gather(*(some(count // 20) for _ in range(20))))


def main():
    chosen = options("hostile")
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    many, seconds = (500, 3) if chosen.short else (2000, 20)
    attacks = (
        (slow_heads, many, "connections that send a head by the letter"), (slow_bodies, many, "that send a body so"),
        (large_heads, many, "heads of 30 KB, but for the end"), (large_bodies, many, "bodies of 62 of 65 KB"),
        (slow_readers, many, "that read no answer"), (silent, many, "that say nothing"),
        (many_headers, 100_000, "headers in a request, ten times"), (endless_chunks, many, "endless chunked bodies"),
        (storm, 500, "passwords at once"), (forged, 10_000 if chosen.short else 100_000, "forged tokens"),
    )
    complaints = []
    # No worker: whatever the database is asked for then is asked for by the pages.
    with stage(chosen.binary, 10, arguments=["--no-worker"]) as (built, daemon):
        print(f"{memory(daemon.pid)['VmHWM']:6.0f} MB at rest")
        for attack, count, words in attacks:
            asked = built.cluster.statements("site")
            with Others(daemon, 60 if chosen.short else 10) as others:
                begun = time.monotonic()
                result = asyncio.run(attack(daemon.web, count, seconds))
                took = time.monotonic() - begun
            daemon.check()
            worst = max(others.waits)
            statements = built.cluster.statements("site") - asked
            mine = sum(1 for _ in others.waits) // 3
            print(
                f"{memory(daemon.pid)['VmHWM']:6.0f} MB  {worst * 1000:5.0f} ms at worst, {statistics.median(others.waits) * 1000:4.1f}"
                f" at the median of {len(others.waits)} for others; {took:4.0f} s  {count:,} {words}"
                + (f": {result}" if result else ""), flush=True)
            if others.refused:
                complaints.append(f"{words}: others were refused, {others.refused[0]} and {len(others.refused) - 1} more")
            if worst > 1 and not chosen.short:
                complaints.append(f"{words}: others waited for {worst:.1f} s")
            # One a second is the daemon's own watch over the schema; one and a wake-up each is what others ask for.
            if attack is forged and statements > 2 * mine + 2 * took + 10:
                complaints.append(f"{words}: {statements} statements, of which {mine} requests of others explain few")
        peak = memory(daemon.pid)["VmHWM"]
        if peak > 150:
            complaints.append(f"memory: {peak:.0f} MB")
        if daemon.complaints():
            complaints.append(f"the log: {daemon.complaints()[0]}")
    if complaints:
        sys.exit("\n".join(complaints))
    print("others were served")


if __name__ == "__main__":
    main()
