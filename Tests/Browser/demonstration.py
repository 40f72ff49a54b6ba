"""`resetd demo` as a process: pages, mailbox and sample people for a browser to meet."""

import re
import signal
import subprocess


class Demonstration:
    def __init__(self, binary):
        self.process = subprocess.Popen([binary, "demo"], stdout=subprocess.PIPE, text=True)
        shown = ""
        for line in self.process.stdout:
            shown += line
            if "Ctrl-C ends it" in line:
                break
        self.base = re.search(r"Ask for a link\s+(\S+)/forgot", shown)[1]
        self.mailbox = re.search(r"See the mails\s+(\S+)", shown)[1]
        self.password = re.search(r'password is "(.*?)"', shown)[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
