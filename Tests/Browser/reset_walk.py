"""A forgotten password, from the question to the sign-in, as people go through it."""

from browser import PHONE, SMALL, WIDE
from walks import walk

NEW = "a quiet river in spring"


def whole_reset(visit, browser):
    site = visit.site
    browser.open(f"{site.base}/forgot")
    browser.expect("Forgot your password?")
    visit.look(browser, "1-forgot")
    browser.submit("/forgot", email="nobody at all")
    browser.expect("Enter the email address of your account, such as")
    refused(browser, "email")
    assert browser.find("#email").get_attribute("value") == "nobody at all", "expected the address to be kept"
    visit.look(browser, "2-forgot-refused")
    browser.submit("/forgot", email="mary.baker@example.org")
    browser.expect("Check your mail")
    visit.look(browser, "3-sent")

    site.next_mail()
    browser.open(site.mailbox)
    browser.follow("a[href='/mail/1']")
    browser.expect("Reset your password")
    visit.look(browser, "4-mail")
    browser.click("Open the link of this mail")
    browser.expect("Choose a new password", "at least 12 characters")
    visit.look(browser, "5-form")
    hints = [browser.find(f"#{field}").get_attribute("autocomplete") for field in ("password", "confirmation")]
    assert hints == ["new-password"] * 2, f"expected hints for a password manager, but they are {hints}"

    browser.submit(link(browser), password="password1", confirmation="password2")
    browser.expect(
        "The password was not changed", "Use at least 12 characters", "everybody tries first", "in both fields")
    refused(browser, "password")
    visit.look(browser, "6-form-refused")
    browser.submit(link(browser), password=NEW, confirmation=NEW)
    browser.expect("Your password is changed")
    visit.look(browser, "7-done")
    assert "password was changed" in site.next_mail().subject

    # Past the answer to the first post, which a browser does not show again.
    browser.back()
    browser.back()
    browser.expect("This link has been used already")
    visit.look(browser, "8-used")


def link(browser):
    """The end of the form's path: the token."""
    return browser.find("form[action*='/reset/']").get_attribute("action").rsplit("/", 1)[1]


def refused(browser, name):
    """The field has the focus, and says that it is wrong and why."""
    field = browser.find(f"[name={name}]")
    browser.wait(lambda: browser.focus == field, f"the focus on {name}")
    assert field.get_attribute("aria-invalid") == "true", f"expected {name} to say that it is invalid"
    reasons = [browser.find(f"#{id}") for id in field.get_attribute("aria-describedby").split()]
    alert = browser.find("[role=alert]")
    assert alert in reasons and alert.text, f"expected {name} to be described by what is wrong with it"
    assert browser.title and browser.driver.title.startswith("Error:"), "expected the title to say that something is wrong"


@walk(short=True)
def phone(visit):
    """a reset on a phone"""
    whole_reset(visit, visit.browser(size=PHONE))


@walk(short=True)
def without_scripts(visit):
    """a reset on a phone without scripts"""
    whole_reset(visit, visit.browser(size=PHONE, scripts=False))


@walk()
def small(visit):
    """a reset on the smallest phone"""
    whole_reset(visit, visit.browser(size=SMALL))


@walk()
def wide(visit):
    """a reset in a wide window"""
    whole_reset(visit, visit.browser(size=WIDE))


@walk()
def wide_without_scripts(visit):
    """a reset in a wide window without scripts"""
    whole_reset(visit, visit.browser(size=WIDE, scripts=False))
