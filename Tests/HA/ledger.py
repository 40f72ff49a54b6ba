"""What was asked for, what the database has of it, what the relay got: at the end, the three must agree."""

import collections

import psycopg2


class Ledger:
    def __init__(self, url, application, relay):
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT email, state, message_id, fence FROM resetd.outbox WHERE purpose = 'reset_link'")
            rows = cursor.fetchall()
        mails = collections.Counter(message_id for _, message_id in relay.mails)
        by_address = {email for email, *_ in rows}
        self.lines = {
            "inserts that were acknowledged": len(application.acknowledged),
            "inserts whose fate was unknown, made again": application.unsure,
            "rows": len(rows),
            "rows sent": sum(1 for _, state, *_ in rows if state == "sent"),
            "rows that were claimed again": sum(1 for *_, fence in rows if fence > 1),
            "mails": sum(mails.values()),
        }
        #: What must not be.
        self.wrongs = {
            "acknowledged, and forgotten by the database": len(set(application.acknowledged) - by_address),
            "rows not sent": sum(1 for _, state, *_ in rows if state != "sent"),
            "sent rows without a mail": sum(1 for _, state, which, _ in rows if state == "sent" and which not in mails),
            "mails of no row": len(set(mails) - {which for _, _, which, _ in rows}),
            # The relay and the way to it live on: nothing explains a mail that went twice.
            "mails that went twice": sum(count - 1 for count in mails.values()),
        }

    def print(self):
        for what, count in {**self.lines, **self.wrongs}.items():
            print(f"  {count:7,}  {what}")
