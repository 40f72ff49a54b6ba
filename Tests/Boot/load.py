"""Many who ask for a page at once, each on a connection of its own, as people do; and what came of it."""

import http.client
import threading


class Load:
    """Runs while its `with` block does."""

    def __init__(self, path="/forgot", threads=8):
        self.path = path
        self.answers = 0
        self.failures = []
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.ask) for _ in range(threads)]

    def ask(self):
        while not self.over.is_set():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=60)
                connection.request("GET", self.path)
                status = connection.getresponse().status
                connection.close()
                failure = None if status == 200 else f"status {status}"
            except OSError as error:
                failure = repr(error)
            except http.client.HTTPException as error:
                failure = repr(error)
            with self.lock:
                self.answers += 1
                if failure:
                    self.failures.append(failure)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()
