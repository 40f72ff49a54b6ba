"""What people see when it is not their fault."""

from browser import PHONE
from walks import walk


@walk(LIMITS_PER_CLIENT_MINUTE="1")
def too_many(visit):
    """too many requests"""
    browser = visit.browser(size=PHONE)
    for _ in range(2):
        browser.open(f"{visit.site.base}/forgot")
        browser.submit("/forgot", email="stranger@example.com")
    browser.expect("Please wait a little", "Please try again in")
    visit.look(browser, "wait")


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
