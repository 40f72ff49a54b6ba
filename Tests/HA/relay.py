"""The relay: takes every mail, and keeps which it was and when it came."""

import email
import time

from aiosmtpd.controller import Controller


class Relay:
    def __init__(self, address, port=2525):
        self.url = f"smtp://{address}:{port}"
        #: Of each mail in turn: when it came, and its Message-ID.
        self.mails = []
        self._controller = Controller(self, hostname=address, port=port, ready_timeout=10)

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_):
        self._controller.stop()

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((time.monotonic(), email.message_from_bytes(envelope.content)["Message-ID"].strip()))
        return "250 2.0.0 kept"

    def count_since(self, moment):
        return sum(1 for when, _ in self.mails if when >= moment)

    def silence_since(self, moment):
        """The longest time without a mail after a moment, in seconds."""
        times = [moment, *(when for when, _ in self.mails if when >= moment)]
        return max(after - before for before, after in zip(times, times[1:]))
