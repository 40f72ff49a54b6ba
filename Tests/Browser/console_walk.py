"""A global administrator helps a contact of a client."""

from browser import PHONE, WIDE
from walks import walk


def sign_in(visit, browser):
    site = visit.site
    browser.open(f"{site.base}/admin/clients")
    browser.expect("Sign in")
    hints = [browser.find(f"#{field}").get_attribute("autocomplete") for field in ("login", "password")]
    assert hints == ["username", "current-password"], f"expected hints for a password manager, but they are {hints}"
    visit.look(browser, "01-sign-in")
    browser.submit("/admin/sign-in", login="admin", password="not the password")
    browser.expect("Sign in")
    visit.look(browser, "02-sign-in-failed")
    browser.submit("/admin/sign-in", login="admin", password=site.password)
    browser.expect("Sign out", "mary.baker@example.org")
    visit.look(browser, "03-users")


def help_a_contact(visit, browser):
    site = visit.site
    browser.open(f"{site.base}/admin/clients?q=harb")
    browser.expect("Harbour Works")
    visit.look(browser, "04-clients")
    browser.follow("a[href$='/admin/clients/1']")
    browser.expect("Ana Two", "Olga Desk")
    visit.look(browser, "05-client")
    browser.follow("a[href$='/admin/contacts/1']")
    browser.expect("Ana Two", "ana@example.com", "Send a reset link")
    visit.look(browser, "06-contact")

    browser.submit("/contacts/1/login", login="office1")
    browser.expect("taken")
    visit.look(browser, "07-login-taken")
    browser.submit("/contacts/1/login", login="ana.two")
    browser.expect("ana.two")
    visit.look(browser, "08-login-changed")
    browser.submit("/contacts/1/reset-link")
    visit.look(browser, "09-link-sent")
    browser.submit("/contacts/1/unlock")
    visit.look(browser, "10-unlocked")
    browser.submit("/contacts/1/password", password="password1234", confirmation="password1234")
    browser.expect("everybody tries")
    visit.look(browser, "11-password-refused")

    for number, page in enumerate(("requests", "duplicates", "audit", "contacts", "users/2", "users/999")):
        browser.open(f"{site.base}/admin/{page}")
        visit.look(browser, f"{number + 12}-{page.replace('/', '-')}")
    subjects = {site.next_mail().subject for _ in range(2)}
    assert subjects == {"Your login ID was changed", "Reset your password"}, f"the mails are {subjects}"
    browser.submit("/admin/sign-out")
    browser.open(f"{site.base}/admin/users")
    browser.expect("Sign in")


@walk(short=True)
def signing_in(visit):
    """signing in to the console on a phone"""
    sign_in(visit, visit.browser(size=PHONE))


@walk()
def wide(visit):
    """the console in a wide window"""
    browser = visit.browser(size=WIDE)
    sign_in(visit, browser)
    help_a_contact(visit, browser)


@walk()
def dark(visit):
    """the console by night, on a phone"""
    browser = visit.browser(size=PHONE)
    browser.dim()
    sign_in(visit, browser)
    help_a_contact(visit, browser)


@walk()
def phone(visit):
    """the console on a phone"""
    browser = visit.browser(size=PHONE)
    sign_in(visit, browser)
    help_a_contact(visit, browser)


@walk()
def without_scripts(visit):
    """the console without scripts, for it has none"""
    browser = visit.browser(size=WIDE, scripts=False)
    sign_in(visit, browser)
    help_a_contact(visit, browser)
