"""A relay that wants STARTTLS and a password, and keeps what it takes: one file a mail in the folder that is named."""

import pathlib
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Keeper:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        beside = self.folder / "next"
        beside.write_bytes(envelope.content)
        beside.rename(self.folder / f"{self.count}.eml")
        return "250 2.0.0 kept"


def authenticate(server, session, envelope, mechanism, credentials):
    return AuthResult(success=(credentials.login, credentials.password) == (b"resetd", sys.argv[4].encode()))


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(sys.argv[2], sys.argv[3])
Controller(
    Keeper(sys.argv[1]), hostname="127.0.0.1", port=2525, tls_context=context, require_starttls=True, auth_required=True,
    authenticator=authenticate,
).start()
threading.Event().wait()
