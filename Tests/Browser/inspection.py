"""What must hold on every page, whatever it is about."""

import importlib.resources

# WCAG 2.2 AA and the rest of axe's advice; a mail is no document with landmarks.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ADVICE = WCAG + ["best-practice"]
WEIGHT = 30_000

_AXE = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()


def inspect(browser, hosts):
    """A page of ours."""
    complaints = browser.complaints()
    assert not complaints, "expected a quiet console, but it says:\n" + "\n".join(complaints)
    asked, weight = browser.transfers()
    assert asked <= hosts, f"expected requests to {hosts} alone, but they went to {asked}"
    assert weight < WEIGHT, f"expected under {WEIGHT} bytes with all files, but they are {weight}"
    fits(browser)
    accessible(browser)
    return weight


def fits(browser):
    width, window = browser.run(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if width > window:
        wide = browser.run(
            "return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right >"
            " document.documentElement.clientWidth + 1 || e.getBoundingClientRect().left < -1)"
            ".map(e => e.outerHTML.slice(0, 120))")
        raise AssertionError(f"expected no scrolling sideways at {window} px, but the page is {width} wide:\n" + "\n".join(wide))


def accessible(browser, rules=ADVICE):
    """axe finds nothing."""
    if not browser.run("return Boolean(window.axe)"):
        browser.run(_AXE)
    violations = browser.run(
        "return axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(found => found.violations"
        ".map(one => `${one.id}: ${one.help}\\n` + one.nodes.map(node => `    ${node.html}\\n${node.failureSummary}`).join('\\n')))",
        rules)
    assert not violations, "expected axe to find nothing, but it says:\n" + "\n".join(violations)


def speaks(browser, language, direction):
    found = browser.run("return [document.documentElement.lang, document.documentElement.dir]")
    assert found == [language, direction], f"expected a page in {language}, {direction}, but it says {found}"
