"""Keys alone, and what the little script does while one types."""

from selenium.webdriver.common.keys import Keys

from browser import PHONE, WIDE
from reset_walk import NEW
from walks import walk


def step(browser, expected):
    """The next stop of the Tab key, which must be seen."""
    browser.press(Keys.TAB)
    here = browser.focus
    assert expected in (here.text, here.get_attribute("name"), here.get_attribute("aria-label")), (
        f"expected the focus on {expected!r}, but it is on {here.get_attribute('outerHTML')}")
    ring = browser.run("const s = getComputedStyle(arguments[0]); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth)", here)
    assert ring and ring >= 2, f"expected a ring around {expected!r} that is seen"


@walk()
def reset(visit):
    """a reset by keys alone"""
    browser = visit.browser(size=WIDE)
    browser.open(f"{visit.site.base}/forgot")
    step(browser, "email")
    browser.press("mary.baker@example.org")
    step(browser, "Send the link")
    visit.look(browser, "1-button")
    browser.leave(lambda: browser.press(Keys.ENTER))
    browser.open(visit.site.next_mail().reset)
    step(browser, "password")
    browser.press("short")
    step(browser, "Show: New password")
    visit.look(browser, "2-show")
    step(browser, "confirmation")
    browser.press("short")
    step(browser, "Show: The same password again")
    step(browser, "Save the new password")
    browser.leave(lambda: browser.press(Keys.SPACE))
    assert browser.focus.get_attribute("name") == "password", "expected the focus on the field that is wrong"
    browser.press(NEW, Keys.TAB, Keys.TAB, NEW)
    browser.leave(lambda: browser.press(Keys.ENTER))
    browser.expect("Your password is changed")


@walk()
def typing(visit):
    """show and hide, and hints while one types"""
    browser = visit.browser(size=PHONE)
    browser.open(visit.site.ask("mary.baker@example.org").reset)
    password, again = browser.find("#password"), browser.find("#confirmation")
    show = browser.find(".typed .show")
    assert (password.get_attribute("type"), show.text) == ("password", "Show")
    password.send_keys(NEW[:4])
    assert not browser.find_all("li.met"), "expected four characters to be too few"
    password.send_keys(NEW[4:])
    assert "12 characters" in browser.find("li.met").text
    again.send_keys(NEW[:-1] + "?")
    hint = browser.find("[role=status]")
    assert "both fields" in hint.text, f"expected to be told that they differ, but it says {hint.text!r}"
    visit.look(browser, "1-differs")
    again.send_keys(Keys.BACKSPACE, NEW[-1])
    assert "the same" in hint.text, f"expected to be told that they are the same, but it says {hint.text!r}"
    show.click()
    assert (password.get_attribute("type"), show.text) == ("text", "Hide")
    assert browser.focus == password, "expected the focus to go back to the field"
    visit.look(browser, "2-shown")
    browser.leave(browser.find("form button:not([type=button])").click)
    browser.expect("Your password is changed")
