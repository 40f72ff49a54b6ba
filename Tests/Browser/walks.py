"""Takes every walk of `*_walk.py`, each against a demonstration of its own; `--short` takes those that CI has time for."""

import importlib
import pathlib
import signal
import sys
import time
import traceback
from urllib.parse import urlsplit

from browser import Browser
from demonstration import Demonstration
from inspection import inspect

_walks = []


def walk(short=False, **settings):
    """Marks a walk; settings are the daemon's, as RESETD_… has them."""
    def mark(path):
        _walks.append((path, short, {f"RESETD_{name}": value for name, value in settings.items()}))
        return path
    return mark


class Visit:
    """What a walk is given: a site of its own, browsers, and a camera."""

    def __init__(self, site, shots, name):
        self.site = site
        self.hosts = {urlsplit(site.base).netloc, urlsplit(site.mailbox).netloc}
        self.shots = shots
        self.name = name
        self.browsers = []
        self.pages = 0
        self.heaviest = 0

    def browser(self, **arguments):
        browser = Browser(**arguments)
        self.browsers.append(browser)
        return browser

    def look(self, browser, page):
        """Inspects the page and keeps its picture; without scripts there is the picture alone, and the console."""
        self.pages += 1
        self.shoot(browser, page)
        try:
            if browser.scripts:
                self.heaviest = max(self.heaviest, inspect(browser, self.hosts))
            else:
                complaints = browser.complaints()
                assert not complaints, "expected a quiet console, but it says:\n" + "\n".join(complaints)
        except AssertionError as error:
            raise AssertionError(f"page {page}, {browser.place}: {error}") from error

    def shoot(self, browser, page):
        browser.photograph(self.shots / f"{self.name}-{page}.png")

    def close(self):
        for browser in self.browsers:
            browser.close()


def take(path, binary, shots, settings):
    module = path.__module__.removesuffix("_walk")
    name = f"{module}-{path.__name__}"
    start = time.monotonic()
    site = Demonstration(binary, settings)
    visit = Visit(site, shots, name)
    try:
        path(visit)
    except Exception as error:
        said = error if isinstance(error, AssertionError) else traceback.format_exc()
        print(f"FAIL  {module}: {path.__doc__}\n{said}", flush=True)
        for number, browser in enumerate(visit.browsers):
            picture = f"FAILED-{number}"
            visit.shoot(browser, picture)
            print(f"      at {browser.place}; picture {shots}/{name}-{picture}.png", flush=True)
        return False
    finally:
        visit.close()
        site.close()
    weight = f", {visit.heaviest} bytes at most" if visit.heaviest else ""
    print(f"ok    {module}: {path.__doc__} ({visit.pages} pages{weight}, {time.monotonic() - start:.0f} s)", flush=True)
    return True


def main(binary, shots, *arguments):
    # Whoever ends us ends what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shots = pathlib.Path(shots).resolve()
    shots.mkdir(parents=True, exist_ok=True)
    short = "--short" in arguments
    names = [argument for argument in arguments if argument != "--short"]
    for file in sorted(pathlib.Path(__file__).parent.glob("*_walk.py")):
        importlib.import_module(file.stem)
    chosen = [
        (path, settings) for path, is_short, settings in _walks
        if (is_short or not short) and (not names or any(name in f"{path.__module__}.{path.__name__}" for name in names))
    ]
    if not chosen:
        sys.exit(f"no walk is called {' or '.join(names)}")
    failed = sum(not take(path, binary, shots, settings) for path, settings in chosen)
    if failed:
        sys.exit(f"{failed} of {len(chosen)} walks failed")
    print(f"{len(chosen)} walks taken")
