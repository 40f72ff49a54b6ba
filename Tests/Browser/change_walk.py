"""Changes with the present password or PIN, as the profile pages of the systems link to them."""

from browser import PHONE, WIDE
from reset_walk import refused
from walks import walk

NEW = "another river in spring"


def change_password(visit, browser):
    site = visit.site
    browser.open(f"{site.base}/password")
    browser.expect("Change your password", "Your new password needs")
    hints = [browser.find(f"#{name}").get_attribute("autocomplete") for name in ("login", "current", "new", "confirmation")]
    assert hints == ["username", "current-password", "new-password", "new-password"], f"the hints are {hints}"
    visit.look(browser, "1-password")
    browser.submit("/password", login="mary", current="not it, surely", password=NEW, confirmation=NEW)
    browser.expect("is not right")
    refused(browser, "login")
    assert browser.find("#login").get_attribute("value") == "mary", "expected the login to be kept"
    assert not browser.find("#current").get_attribute("value"), "expected no secret to come back"
    visit.look(browser, "2-wrong")
    browser.submit("/password", login="mary", current=site.password, password="mary baker", confirmation="mary")
    browser.expect("Use at least 12 characters", "made of your name", "in both fields")
    refused(browser, "password")
    visit.look(browser, "3-weak")
    browser.submit("/password", login="mary", current=site.password, password=NEW, confirmation=NEW)
    browser.expect("Your password is changed")
    visit.look(browser, "4-changed")


def change_pin(visit, browser):
    site = visit.site
    browser.open(f"{site.base}/pin")
    browser.expect("Change your PIN", "at least 6 digits")
    for name in ("current", "new", "confirmation"):
        assert browser.find(f"#{name}").get_attribute("inputmode") == "numeric", f"expected digits to be offered for {name}"
    visit.look(browser, "5-pin")
    browser.submit("/pin", login="mary", current="000000", pin="593826", confirmation="593826")
    refused(browser, "login")
    visit.look(browser, "6-pin-wrong")
    browser.submit("/pin", login="mary", current=site.pin, pin="123456", confirmation="123456")
    browser.expect("only counts up or down")
    refused(browser, "pin")
    visit.look(browser, "7-pin-weak")
    browser.submit("/pin", login="mary", current=site.pin, pin="593826", confirmation="593826")
    browser.expect("Your PIN is changed")
    visit.look(browser, "8-pin-changed")


@walk()
def phone(visit):
    """password and PIN on a phone"""
    browser = visit.browser(size=PHONE)
    change_password(visit, browser)
    change_pin(visit, browser)


@walk()
def without_scripts(visit):
    """password and PIN in a wide window without scripts"""
    browser = visit.browser(size=WIDE, scripts=False)
    change_password(visit, browser)
    change_pin(visit, browser)
