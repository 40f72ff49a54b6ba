"""Mails as clients show them, and the mailbox of the demonstration."""

import re

from browser import PHONE, SMALL, WIDE
from inspection import WCAG, accessible, fits, speaks
from languages_walk import direction, languages
from look_walk import BRAND
from walks import walk

PURPOSES = ["reset_link", "password_changed", "pin_changed", "login_changed", "address_changed", "address_removed"]


def read(visit, browser, name, html):
    """Opens a mail as a file of its own, as a client without scripts or network shows it."""
    file = visit.shots / f"{visit.name}-{name}.html"
    file.write_text(html)
    browser.open(file.as_uri())
    visit.pages += 1
    visit.shoot(browser, name)
    assert not browser.complaints(), f"expected {name} to be quiet"
    fits(browser)
    accessible(browser, WCAG)


def preview(visit, purpose, language):
    return visit.site.resetd("templates", "preview", f"{purpose}.html", "--locale", language)


@walk(**BRAND)
def every_language(visit):
    """mails in every language, on the smallest phone"""
    browser = visit.browser(size=SMALL)
    for language in languages():
        for purpose in ("reset_link", "password_changed"):
            read(visit, browser, f"{purpose}-{language}", preview(visit, purpose, language))
            speaks(browser, language, direction(language))


@walk(**BRAND)
def looks(visit):
    """mails by day and night, wide, from right to left, and where a client drops the style"""
    browser = visit.browser()
    for size, dark in ((PHONE, False), (PHONE, True), (WIDE, False)):
        browser.resize(size)
        browser.dim(dark)
        for purpose in PURPOSES:
            for language in ("en", "ar"):
                html = preview(visit, purpose, language)
                look = f"{purpose}-{language}-{size[0]}{'-dark' if dark else ''}"
                read(visit, browser, look, html)
                read(visit, browser, f"{look}-bare", re.sub(r"(?s)<style>.*?</style>", "", html))


def use_mailbox(visit, browser):
    site = visit.site
    browser.open(site.mailbox)
    browser.expect("No mail yet")
    visit.look(browser, "1-empty")
    for address, kind in (("mary.baker@example.org", "user"), ("zoe@example.net", "contact"), ("jose@example.net", "contact")):
        site.ask(address, kind)
    browser.wait(lambda: len(browser.find_all("a[href^='/mail/']")) == 3, "the list with the three mails, by itself,")
    visit.look(browser, "2-list")
    browser.follow("a[href='/mail/1']")
    assert len(browser.find_all("pre a")) == 2, "expected both links of the text to be clickable"
    visit.look(browser, "3-mail")
    browser.open(f"{site.mailbox}/mail/1/html")
    visit.shoot(browser, "4-html")
    browser.open(f"{site.mailbox}/mail/1/source")
    browser.expect("Content-Type: multipart/alternative")
    visit.shoot(browser, "5-source")
    browser.open(f"{site.mailbox}/mail/99")
    visit.look(browser, "6-not-found")


@walk()
def mailbox_on_a_phone(visit):
    """the mailbox on a phone"""
    use_mailbox(visit, visit.browser(size=PHONE))


@walk()
def mailbox_by_night(visit):
    """the mailbox in a wide window by night"""
    browser = visit.browser(size=WIDE)
    browser.dim()
    use_mailbox(visit, browser)
