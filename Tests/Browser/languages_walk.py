"""Every page in every language, on the smallest phone."""

import pathlib
import re

from browser import SMALL
from inspection import speaks
from pages import every_page
from walks import walk

_CATALOGUES = pathlib.Path(__file__).parents[2] / "Sources/Presentation/Catalogues"


def languages():
    """All that are spoken."""
    return sorted(file.stem for file in _CATALOGUES.glob("*.words"))


def direction(language):
    words = (_CATALOGUES / f"{language}.words").read_text()
    return re.search(r"^direction = (\w+)$", words, re.MULTILINE)[1]


def read_in(visit, spoken, names=None):
    browser = visit.browser(size=SMALL)
    for name, go in every_page(visit.site).items():
        if names and name not in names:
            continue
        for language in spoken:
            browser.speak(language)
            go(browser)
            visit.look(browser, f"{name}-{language}")
            speaks(browser, language, direction(language))


@walk(LIMITS_PER_CLIENT_MINUTE="0", LOCKOUT_FAILURES="1000")
def every_language(visit):
    """every page in every language"""
    assert len(languages()) > 30, f"expected the catalogues of all languages in {_CATALOGUES}"
    read_in(visit, languages())


@walk(short=True)
def arabic_and_japanese(visit):
    """the reset in Arabic and Japanese"""
    read_in(visit, ["ar", "ja"], ["forgot", "sent", "reset", "reset-refused", "link-used"])
