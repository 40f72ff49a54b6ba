"""Links that are over, and links of people who did not ask."""

from browser import PHONE
from reset_walk import NEW, link
from walks import walk


def choose(browser, url, password=NEW):
    browser.open(url)
    browser.submit(link(browser), password=password, confirmation=password)


@walk()
def two_tabs(visit):
    """one link in two tabs: the second is told that it was used"""
    browser = visit.browser(size=PHONE)
    url = visit.site.ask("mary.baker@example.org").reset
    browser.open(url)
    former_tab = browser.new_tab()
    choose(browser, url)
    browser.expect("Your password is changed")
    former_tab()
    browser.submit(link(browser), password=NEW, confirmation=NEW)
    browser.expect("This link no longer works", "used already")
    visit.look(browser, "used")


@walk()
def two_links(visit):
    """two links: one use ends the other"""
    browser = visit.browser(size=PHONE)
    first, second = (visit.site.ask("mary.baker@example.org").reset for _ in range(2))
    choose(browser, second)
    browser.open(first)
    browser.expect("another link was used after it was sent")
    visit.look(browser, "newer-used")


@walk()
def expired(visit):
    """an expired link is renewed by one click"""
    site = visit.site
    browser = visit.browser(size=PHONE)
    url = site.ask("mary.baker@example.org").reset
    site.sql("UPDATE resetd.outbox SET expires_at = now()")
    browser.open(url)
    browser.expect("This link has expired")
    visit.look(browser, "1-expired")
    browser.click("Send a new link")
    browser.expect("Check your mail")
    visit.look(browser, "2-renewed")
    choose(browser, site.next_mail().reset)
    browser.expect("Your password is changed")


@walk()
def changed_meanwhile(visit):
    """a link whose account was changed, and one that an operator cancelled"""
    site = visit.site
    browser = visit.browser(size=PHONE)
    changed, cancelled = site.ask("mary.baker@example.org").reset, site.ask("ana@example.com", "contact").reset
    site.sql("UPDATE directory.users SET login_id = 'mary.b' WHERE login_id = 'mary'")
    browser.open(changed)
    browser.expect("was changed after it was sent")
    visit.look(browser, "1-changed")
    site.resetd("outbox", "cancel", "2")
    browser.open(cancelled)
    browser.expect("This link was cancelled")
    visit.look(browser, "2-cancelled")


@walk()
def tampered(visit):
    """a link with another letter is not ours"""
    browser = visit.browser(size=PHONE)
    url = visit.site.ask("mary.baker@example.org").reset
    browser.open(url[:-5] + ("A" if url[-5] != "A" else "B") + url[-4:])
    browser.expect("This link is not valid")
    visit.look(browser, "1-not-valid")
    browser.click("Ask for a new link")
    browser.expect("Forgot your password?")


@walk()
def not_me(visit):
    """it was not I: the mail of a link makes it useless, the mail of a change locks the account"""
    site = visit.site
    browser = visit.browser(size=PHONE)
    mail = site.ask("mary.baker@example.org")
    browser.open(mail.not_me)
    browser.expect("Was this not you?", "did not ask to reset")
    visit.look(browser, "1-link")
    browser.click("Make the link useless")
    browser.expect("Thank you for telling us")
    visit.look(browser, "2-link-done")
    browser.open(mail.reset)
    browser.expect("This link was cancelled")

    choose(browser, site.ask("mary.baker@example.org").reset)
    browser.open(site.next_mail().not_me)
    browser.expect("lock your account now")
    visit.look(browser, "3-notice")
    browser.click("Lock my account")
    browser.expect("Thank you for telling us")
    browser.open(f"{site.base}/password")
    browser.submit("/password", login="mary", current=NEW, password="another river in spring", confirmation="another river in spring")
    browser.expect("This account is locked")
    visit.look(browser, "4-locked")
