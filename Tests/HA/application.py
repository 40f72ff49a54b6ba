"""Whoever asks for links: inserts requests at a steady pace, through whatever befalls the database."""

import contextlib
import threading
import time

import psycopg2

ACCOUNTS = 20_000


def address(number):
    return f"p{number}@example.org"


class Application:
    """An insert whose fate is unknown is made again, as an application would: `acknowledged` are those that are certain."""

    def __init__(self, url, rate):
        self._url, self._rate = url, rate
        self.acknowledged, self.unsure = [], 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join(60)

    def _run(self):
        connection, number = None, 0
        due = time.monotonic()
        while not self._ended.is_set() and number < ACCOUNTS:
            try:
                if connection is None:
                    connection = psycopg2.connect(self._url)
                    connection.autocommit = True
                    cursor = connection.cursor()
                cursor.execute("INSERT INTO resetd.outbox (email) VALUES (%s)", (address(number + 1),))
                number += 1
                self.acknowledged.append(address(number))
            except psycopg2.Error:
                if connection is not None:
                    self.unsure += 1
                    with contextlib.suppress(psycopg2.Error):
                        connection.close()
                connection = None
            # Who was held up does not catch up in a burst: a minute's silence would be a test of bursts.
            due = max(due + 1 / self._rate, time.monotonic() - 0.1)
            self._ended.wait(max(0, due - time.monotonic()))
