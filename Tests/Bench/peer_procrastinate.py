"""Peer: a Procrastinate worker, 50 jobs at once, that looks the account up, makes a token, composes and mails.

Run by peers.py in an environment that has procrastinate and aiosmtplib; prints the seconds that it took.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
from email.message import EmailMessage

import aiosmtplib
import procrastinate
import psycopg_pool

AT_ONCE = 50
WORDS = "Words. " * 60

# A connection string, the port of the relay, the number of requests.
options = json.loads(sys.argv[1])
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=options["conninfo"], max_size=AT_ONCE))
accounts = psycopg_pool.AsyncConnectionPool(options["conninfo"], max_size=10, open=False)
relays = asyncio.Queue()


def compose(account, name, email):
    expiry = int(time.time()) + 3600
    claim = f"{account}.{expiry}".encode()
    token = base64.urlsafe_b64encode(claim + hmac.digest(b"not a secret", claim, hashlib.sha256)).decode()
    text = f"Hello {name},\n\nhttps://account.example.org/reset/{token}\n\n{WORDS}"
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "support@example.org", email, "Reset your password"
    message.set_content(text, cte="7bit")
    message.add_alternative(f"<p>{text}</p>" + f"<p>{WORDS}</p>" * 4, subtype="html", cte="7bit")
    return message


@app.task(name="reset")
async def reset(email):
    async with accounts.connection() as connection:
        cursor = await connection.execute("SELECT id, name, email FROM account WHERE lower(email) = lower(%s)", [email])
        rows = await cursor.fetchall()
    if len(rows) == 1:
        relay = await relays.get()
        try:
            await relay.send_message(compose(*rows[0]))
        finally:
            relays.put_nowait(relay)


async def prepare():
    await app.schema_manager.apply_schema_async()
    async with accounts.connection() as connection:
        await connection.execute("CREATE TABLE account (id bigint PRIMARY KEY, name text, email text)")
        await connection.execute(
            "INSERT INTO account SELECT n, 'Person Number ' || n, 'person' || n || '@example.org'"
            " FROM generate_series(1, 10000) AS n")
        await connection.execute("CREATE INDEX ON account (lower(email))")
    await reset.batch_defer_async(*({"email": f"person{n}@example.org"} for n in range(1, options["count"] + 1)))
    for _ in range(AT_ONCE):
        relay = aiosmtplib.SMTP(hostname="127.0.0.1", port=options["port"], start_tls=False)
        await relay.connect()
        relays.put_nowait(relay)


async def main():
    async with app.open_async(), accounts:
        await prepare()
        begun = time.monotonic()
        await app.run_worker_async(wait=False, concurrency=AT_ONCE, install_signal_handlers=False)
        print(json.dumps({"seconds": time.monotonic() - begun}))


asyncio.run(main())
