"""How every page looks: by day and night, wide, enlarged, from right to left, in Japanese, and under a brand."""

from browser import PHONE, WIDE
from pages import every_page
from walks import walk

BRAND = {
    "BRAND_NAME": "Harbour Works",
    "BRAND_COLOUR": "#0a7f5a",
    "BRAND_LOGO": (
        '<svg xmlns="http://www.w3.org/2000/svg" width="132" height="40" viewBox="0 0 132 40"><rect width="40" height="40" rx="8"'
        ' fill="#0a7f5a"/><path d="M8 27q6-6 12 0t12 0M20 8v15M12 14h16" fill="none" stroke="#fff" stroke-width="3"/>'
        '<rect x="50" y="15" width="82" height="10" rx="5" fill="#0a7f5a"/></svg>'),
    "BRAND_SUPPORT": "+64 9 123 4567",
    "WEB_SIGN_IN_URL_USER": "https://www.example.org/",
}


def looks():
    """Names of ways to look, and what makes a browser look so."""
    def way(size=PHONE, zoom=1, dark=False, language="en"):
        def turn(browser):
            browser.resize(size, zoom)
            browser.dim(dark)
            browser.speak(language)
        return turn

    return {
        "phone": way(), "phone-dark": way(dark=True), "wide": way(size=WIDE), "wide-dark": way(size=WIDE, dark=True),
        "zoom": way(size=(1280, 900), zoom=2),
        "arabic": way(language="ar"), "arabic-dark-wide": way(size=WIDE, dark=True, language="ar"),
        "japanese": way(language="ja"), "german": way(language="de"),
    }


def look_at_all(visit, browser):
    for name, go in every_page(visit.site).items():
        for look, turn in looks().items():
            turn(browser)
            go(browser)
            visit.look(browser, f"{look}-{name}")


@walk(LIMITS_PER_CLIENT_MINUTE="0", LOCKOUT_FAILURES="1000")
def plain(visit):
    """every page without a brand"""
    look_at_all(visit, visit.browser())


@walk(LIMITS_PER_CLIENT_MINUTE="0", LOCKOUT_FAILURES="1000", **BRAND)
def branded(visit):
    """every page under a brand"""
    look_at_all(visit, visit.browser())


@walk(LIMITS_PER_CLIENT_MINUTE="0", LOCKOUT_FAILURES="1000", **BRAND)
def large_letters(visit):
    """every page with letters twice as large"""
    browser = visit.browser()
    for name, go in every_page(visit.site).items():
        for language in ("en", "de", "ar"):
            browser.speak(language)
            go(browser)
            browser.run("document.documentElement.style.fontSize = '200%'")
            visit.look(browser, f"{language}-{name}")
