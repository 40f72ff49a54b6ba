"""Relays: Postfix's smtp-sink, a scripted one that takes its time and notes when things come, and a delaying proxy."""

import asyncio
import contextlib
import os
import queue
import selectors
import threading
import time

from processes import BenchError, Child, free_port, program, run


@contextlib.contextmanager
def sink(bench):
    """smtp-sink, which throws mails away as fast as C can. Yields it, with `port`."""
    port = free_port()
    # It wants another user's name when root starts it.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    arguments = [program("smtp-sink"), *user, f"127.0.0.1:{port}", "1000"]
    with Child(arguments, bench.folder / f"sink{port}.log", cwd="/") as child:
        child.wait_for_port(port)
        child.port = port
        yield child


def source(port, count, length, sessions):
    """Sends mails by `smtp-source -d` and returns how many a second."""
    begun = time.monotonic()
    run([program("smtp-source"), "-d", "-s", sessions, "-m", count, "-l", length, "-f", "support@example.org",
         "-t", "person1@example.org", f"127.0.0.1:{port}"], timeout=300)
    return count / (time.monotonic() - begun)


class LoopThread:
    """An asyncio server on a thread of its own, started and stopped by `with`; subclasses say what a connection is."""

    def __enter__(self):
        # Not epoll, as asyncio uses it: that rounds every delay up to a whole millisecond.
        self.loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
        self.loop.set_exception_handler(lambda *_: None)  # Peers that hang up are no news.
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        listen = self.loop.create_server(self.connection, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(listen, self.loop).result(10)
        self.port = server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)


class ScriptedRelay(LoopThread):
    """Offers PIPELINING, accepts everything, notes when.

    The answers to what came in one write leave together, `reply` seconds later. The answer to the final dot leaves alone,
    `reply + dot` seconds after the dot, and whatever was pipelined behind it is only looked at then.
    """

    def __init__(self, reply=0.0, dot=0.0):
        self.reply, self.dot = reply, dot
        self.mails = queue.SimpleQueue()

    def connection(self):
        return _Conversation(self)

    def next_mail(self, seconds=30):
        """(recipient, time of RCPT, time of the answer to the dot, content) of the next accepted mail."""
        try:
            return self.mails.get(timeout=seconds)
        except queue.Empty:
            raise BenchError(f"No mail came within {seconds} s.") from None


class _Conversation(asyncio.Protocol):
    def __init__(self, relay):
        self.relay, self.buffer = relay, bytearray()
        self.in_content = self.is_held = False
        self.recipients = []

    def connection_made(self, transport):
        self.transport = transport
        self._answer(b"220 relay.example.org ESMTP\r\n", self.relay.reply)

    def data_received(self, data):
        self.buffer += data
        self._proceed()

    def _proceed(self):
        while not self.is_held:
            if self.in_content:
                end = self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    return
                content = bytes(self.buffer[:end + 2])
                del self.buffer[:end + 5]
                self.in_content = False
                self._answer(b"250 2.0.0 Ok\r\n", self.relay.reply + self.relay.dot, content)
            else:
                answers = b""
                while not self.in_content and (end := self.buffer.find(b"\n")) >= 0:
                    answers += self._reply(bytes(self.buffer[:end]).strip())
                    del self.buffer[:end + 1]
                if not answers:
                    return
                self._answer(answers, self.relay.reply)

    def _reply(self, line):
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-relay.example.org\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        if verb == b"RCPT":
            self.recipients.append((line[line.find(b"<") + 1:line.find(b">")].decode(), time.monotonic()))
        if verb == b"DATA":
            self.in_content = True
            return b"354 Go on\r\n"
        return b"221 Bye\r\n" if verb == b"QUIT" else b"250 2.0.0 Ok\r\n"

    def _answer(self, words, delay, content=None):
        if delay > 0:
            self.is_held = True
            self.relay.loop.call_later(delay, self._release, words, content)
        else:
            self._write(words, content)

    def _release(self, words, content):
        self.is_held = False
        self._write(words, content)
        self._proceed()

    def _write(self, words, content):
        self.transport.write(words)
        if content is not None:
            now = time.monotonic()
            for recipient, asked_at in self.recipients:
                self.relay.mails.put((recipient, asked_at, now, content))
            self.recipients = []


class DelayingProxy(LoopThread):
    """Passes bytes on to a port of this machine, each `one_way` seconds late."""

    def __init__(self, port, one_way):
        self.target, self.one_way = port, one_way

    def connection(self):
        return _Leg(self)


class _Leg(asyncio.Protocol):
    """One side of a proxied connection; what comes in leaves through `other`, late."""

    def __init__(self, proxy, other=None):
        self.proxy, self.other = proxy, other
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        if self.other is None:
            self._connecting = self.proxy.loop.create_task(self._connect())

    async def _connect(self):
        self.transport.pause_reading()
        _, self.other = await self.proxy.loop.create_connection(
            lambda: _Leg(self.proxy, other=self), "127.0.0.1", self.proxy.target)
        self.transport.resume_reading()

    def data_received(self, data):
        self.proxy.loop.call_later(self.proxy.one_way, self.other.transport.write, data)

    def connection_lost(self, _):
        if self.other is not None and self.other.transport is not None:
            self.proxy.loop.call_later(self.proxy.one_way, self.other.transport.close)
