"""Every page that people of the site may meet, and how one gets to it in whatever language the browser asks for."""

from reset_walk import link

NEW = "a quiet river in spring"


def every_page(site):
    """Names, and what brings a browser there; any number of times, for nothing of it uses a link up."""
    site.sql("UPDATE directory.users SET locale = NULL; UPDATE directory.contacts SET locale = NULL")
    mary = site.ask("mary.baker@example.org")
    used = site.ask("ana@example.com", "contact")
    notice = redeem(site, used)
    newer_used, newer = site.ask("alex.keeper@example.org"), site.ask("alex.keeper@example.org")
    redeem(site, newer)
    changed = site.ask("Tim.Apps@example.org")
    cancelled = site.ask("zoe@example.net", "contact")
    expired = site.ask("jose@example.net", "contact")
    site.sql("UPDATE directory.users SET login_id = 'tim.apps' WHERE login_id = 'tim'")
    site.sql("UPDATE directory.users SET locked_until = 'infinity' WHERE login_id = 'mo'")
    site.sql("UPDATE directory.users SET locked_until = now() + interval '9 minutes' WHERE login_id = 'nomail'")
    site.sql("UPDATE resetd.outbox SET state = 'cancelled' WHERE email = 'zoe@example.net'")
    site.sql("UPDATE resetd.outbox SET expires_at = now() WHERE email = 'jose@example.net'")

    def at(path):
        return lambda browser: browser.open(site.base + path)

    def through(url):
        return lambda browser: browser.open(url)

    def refused(path, **fields):
        def go(browser):
            browser.open(site.base + path)
            browser.submit(path, **fields)
        return go

    def weak(browser):
        browser.open(mary.reset)
        browser.submit(link(browser), password="mary\u00a0baker", confirmation="password")

    def typed(browser):
        browser.open(mary.reset)
        browser.fill(link(browser), password=NEW, confirmation=NEW)

    return {
        "forgot": at("/forgot"),
        "forgot-refused": refused("/forgot", email="nobody"),
        "sent": at("/forgot/sent"),
        "reset": through(mary.reset),
        "reset-typed": typed,
        "reset-refused": weak,
        "reset-done": at("/reset/done?kind=user"),
        "link-used": through(used.reset),
        "link-newer-used": through(newer_used.reset),
        "link-changed": through(changed.reset),
        "link-cancelled": through(cancelled.reset),
        "link-expired": through(expired.reset),
        "not-valid": at("/reset/nothing"),
        "password": at("/password"),
        "password-wrong": refused("/password", login="nobody", current="not it", password=NEW, confirmation=NEW),
        "password-refused": refused(
            "/password", login="mary", current=site.password, password="short", confirmation="other"),
        "password-locked": refused("/password", login="mo", current=site.password, password=NEW, confirmation=NEW),
        "password-done": at("/password/done"),
        "pin": at("/pin"),
        "pin-refused": refused("/pin", login="mary", current=site.pin, pin="123", confirmation="111"),
        "pin-locked": refused("/pin", login="nomail", current=site.pin, pin="593826", confirmation="593826"),
        "pin-done": at("/pin/done"),
        "not-me-link": through(mary.not_me),
        "not-me-notice": through(notice.not_me),
        "not-me-done": at("/not-me/done"),
    }


def redeem(site, mail):
    """The notice that comes of it."""
    site.post("/api/v1/reset", token=mail.reset.rsplit("/", 1)[1], password=NEW)
    return site.next_mail()
