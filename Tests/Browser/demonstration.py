"""`resetd demo` as a process: pages, mailbox, database and sample people for a browser to meet."""

import contextlib
import email
import email.policy
import json
import os
import re
import shlex
import signal
import subprocess
import time
import urllib.error
import urllib.request


class Demonstration:
    def __init__(self, binary, settings):
        self.binary = binary
        self.environment = {**os.environ, **settings}
        self.process = subprocess.Popen([binary, "demo"], stdout=subprocess.PIPE, text=True, env=self.environment)
        try:
            self._read(self._guide())
        except BaseException:
            self.close()
            raise
        self.taken = 0

    def _guide(self):
        """What the demonstration shows when all of it runs."""
        shown = ""
        for line in self.process.stdout:
            shown += line
            if "Ctrl-C ends it" in line:
                return shown
        raise AssertionError(f"the demonstration does not start:\n{shown}")

    def _read(self, guide):
        self.base = re.search(r"Ask for a link\s+(\S+)/forgot", guide)[1]
        self.mailbox = re.search(r"See the mails\s+(\S+)/", guide)[1]
        self.password, self.pin = re.search(r'password is "(.*?)", and users\' PIN (\d+)', guide).groups()
        self.configuration = re.search(r"--config (\S+)", guide)[1]
        self.psql = shlex.split(re.search(r"^\s*(\S*psql .*)$", guide, re.MULTILINE)[1])

    def close(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def sql(self, text, psql=None):
        arguments = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", f"--command={text}"]
        return subprocess.run((psql or self.psql) + arguments, check=True, capture_output=True, text=True).stdout.strip()

    def post(self, path, **body):
        request = urllib.request.Request(
            self.base + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request).read()

    def resetd(self, *arguments):
        command = [self.binary, *arguments, "--config", self.configuration]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=self.environment).stdout

    @contextlib.contextmanager
    def without_database(self):
        """Whoever is connected is sent away, and nobody is let in until the end of the block."""
        server = [*self.psql[:-2], "postgres", "postgres"]
        self.sql("ALTER DATABASE resetd ALLOW_CONNECTIONS false", server)
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'resetd'", server)
        yield
        self.sql("ALTER DATABASE resetd ALLOW_CONNECTIONS true", server)

    def ask(self, address, kind="user"):
        """As an application asks, in no language; the links of the mail that comes."""
        self.sql(f"INSERT INTO resetd.outbox (email, account_kind) VALUES ('{address}', '{kind}')")
        return self.next_mail()

    def next_mail(self):
        self.taken += 1
        source = self._wait_for(f"{self.mailbox}/mail/{self.taken}/source")
        return Mail(self.taken, email.message_from_bytes(source, policy=email.policy.default), self.base)

    @staticmethod
    def _wait_for(url):
        deadline = time.monotonic() + 20
        while True:
            try:
                return urllib.request.urlopen(url).read()
            except urllib.error.HTTPError as error:
                if error.code != 404 or time.monotonic() > deadline:
                    raise AssertionError(f"no mail came: {url} is {error.code}") from error
            time.sleep(0.02)


class Mail:
    def __init__(self, number, message, base):
        self.number = number
        self.subject = message["Subject"]
        self.text = message.get_body(("plain",)).get_content()
        self.html = message.get_body(("html",)).get_content()
        self._base = base

    @property
    def reset(self):
        return self._link("reset")

    @property
    def not_me(self):
        return self._link("not-me")

    def _link(self, path):
        return re.search(rf"^{re.escape(self._base)}/{path}/\S+", self.text, re.MULTILINE)[0]
