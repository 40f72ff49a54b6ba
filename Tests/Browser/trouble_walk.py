"""What people see when it is not their fault."""

from browser import PHONE, SMALL
from inspection import speaks
from languages_walk import direction, languages
from look_walk import BRAND, looks
from walks import walk


def everywhere(visit, name, go):
    """A page in every language on the smallest phone, and in every look."""
    browser = visit.browser(size=SMALL)
    for language in languages():
        browser.speak(language)
        go(browser)
        visit.look(browser, f"{name}-{language}")
        speaks(browser, language, direction(language))
    for look, turn in looks().items():
        turn(browser)
        go(browser)
        visit.look(browser, f"{look}-{name}")


def too_often(visit, browser):
    """Once more than a minute allows, whatever was asked before."""
    for _ in range(2):
        browser.open(f"{visit.site.base}/forgot")
        browser.submit("/forgot", email="stranger@example.com")


@walk(LIMITS_PER_CLIENT_MINUTE="1")
def too_many(visit):
    """too many requests"""
    browser = visit.browser(size=PHONE)
    too_often(visit, browser)
    browser.expect("Please wait a little", "Please try again in")
    visit.look(browser, "wait")


@walk(LIMITS_PER_CLIENT_MINUTE="1", **BRAND)
def too_many_everywhere(visit):
    """too many requests, in every language and look"""
    everywhere(visit, "wait", lambda browser: too_often(visit, browser))


@walk()
def no_database(visit):
    """the database is away"""
    site = visit.site
    browser = visit.browser(size=PHONE)
    browser.open(site.ask("mary.baker@example.org").reset)
    with site.without_database():
        browser.reload()
        browser.expect("Please try again in a moment")
        visit.look(browser, "unavailable")


@walk(**BRAND)
def no_database_everywhere(visit):
    """the database is away, in every language and look"""
    reset = visit.site.ask("mary.baker@example.org").reset
    with visit.site.without_database():
        everywhere(visit, "unavailable", lambda browser: browser.open(reset))
