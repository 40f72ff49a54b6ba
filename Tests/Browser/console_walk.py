"""A global administrator helps a contact of a client, in a real browser, with JavaScript off."""

import sys
import urllib.request

from browser import Browser
from demonstration import Demonstration


def walk(site, browser):
    browser.open(f"{site.base}/admin/clients")
    browser.expect("Sign in")
    browser.photograph("sign-in")
    browser.submit("/admin/sign-in", login="admin", password="not the password")
    browser.photograph("sign-in-failed")
    browser.submit("/admin/sign-in", login="admin", password=site.password)
    browser.photograph("users")

    browser.open(f"{site.base}/admin/clients?q=harb")
    browser.expect("Harbour Works")
    browser.photograph("clients")
    browser.find("a[href$='/admin/clients/1']").click()
    browser.expect("Ana Two", "Olga Desk")
    browser.photograph("client")
    browser.find("a[href$='/admin/contacts/1']").click()
    browser.expect("Ana Two", "ana@example.com", "Send a reset link")
    browser.photograph("contact")

    browser.submit("/contacts/1/login", login="office1")
    browser.expect("taken")
    browser.photograph("login-taken")
    browser.submit("/contacts/1/login", login="ana.two")
    browser.expect("ana.two")
    browser.photograph("login-changed")
    browser.submit("/contacts/1/reset-link")
    browser.photograph("link-sent")
    browser.submit("/contacts/1/unlock")
    browser.photograph("unlocked")
    browser.submit("/contacts/1/password", password="password1234", confirmation="password1234")
    browser.expect("everybody tries")
    browser.photograph("password-refused")

    for page in ("requests", "duplicates", "audit", "contacts", "users/2"):
        browser.open(f"{site.base}/admin/{page}")
        browser.photograph(page.replace("/", "-"))
    mails = urllib.request.urlopen(site.mailbox).read().decode()
    assert "Your login ID was changed" in mails and "Reset your password" in mails, mails
    browser.submit("/admin/sign-out")
    browser.open(f"{site.base}/admin/users")
    browser.expect("Sign in")


def main(binary, shots):
    for name, width, height in (("wide", 1100, 900), ("phone", 390, 844)):
        with Demonstration(binary) as site, Browser(f"{shots}/console-{name}", width, height, scripts=False) as browser:
            walk(site, browser)
            print(f"ok    console, {name}: {browser.number} pages")


main(*sys.argv[1:3])
