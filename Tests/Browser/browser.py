"""Chromium without a window, driven by selenium."""

import base64
import json
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

# In CSS pixels. A window is never so narrow as a phone: its size is laid over it.
SMALL, PHONE, WIDE = (320, 640), (390, 844), (1100, 900)


class Browser:
    def __init__(self, size=PHONE, scripts=True):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        self.scripts = scripts
        self.resize(size)
        self.speak("en")

    def close(self):
        self.driver.quit()

    # What the person has: a window, a preference, a language.

    def resize(self, size, zoom=1):
        width, height = size
        self.size = size
        self._command(
            "Emulation.setDeviceMetricsOverride", width=width // zoom, height=height // zoom,
            deviceScaleFactor=zoom, mobile=width < 500)

    def dim(self, dark=True):
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._command("Emulation.setEmulatedMedia", features=[scheme])

    def speak(self, language):
        agent = self._command("Browser.getVersion")["userAgent"]
        self._command("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    # What the person does.

    def open(self, url):
        self.driver.get(url)

    def back(self):
        self.driver.back()

    def reload(self):
        self.driver.refresh()

    def new_tab(self):
        """A tab of its own, and the way back to the one before."""
        former = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        self.resize(self.size)
        return lambda: self.driver.switch_to.window(former)

    def click(self, words):
        """The link or button with these words; returns when the next page is there."""
        path = f"//a[normalize-space()='{words}'] | //button[normalize-space()='{words}']"
        self.leave(lambda: self.driver.find_element(By.XPATH, path).click())

    def follow(self, selector):
        self.leave(self.find(selector).click)

    def fill(self, action, **fields):
        """Fills the form whose action ends so."""
        form = self.find(f"form[action$='{action}']")
        for name, value in fields.items():
            field = form.find_element(By.CSS_SELECTOR, f"[name={name}]")
            field.clear()
            field.send_keys(value)
        return form

    def submit(self, action, **fields):
        """Fills and sends the form whose action ends so."""
        form = self.fill(action, **fields)
        self.leave(form.find_element(By.CSS_SELECTOR, "button:not([type=button])").click)

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def leave(self, act):
        """Does what leads to another page, and returns when that is there."""
        page = self.find("html")
        act()
        self.wait(lambda: self._is_gone(page) and self.find("body"), "another page")

    # What the person sees.

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    @property
    def focus(self):
        return self.driver.switch_to.active_element

    @property
    def text(self):
        return self.find("body").text

    @property
    def title(self):
        return self.find("h1").text

    @property
    def place(self):
        """Where we are, as a failure may tell it: without the token of a link."""
        url = self.driver.current_url
        return "/".join(part if len(part) < 40 else "…" for part in url.split("/"))

    def expect(self, *words):
        text = self.text
        for word in words:
            assert word in text, f"expected {word!r} on {self.place}, which says:\n{text}"

    def wait(self, condition, what):
        WebDriverWait(self.driver, 15, poll_frequency=0.05, ignored_exceptions=(WebDriverException,)).until(
            lambda _: condition(), f"{what} did not come; the page is {self.place}")

    def photograph(self, path):
        """The whole page, also what lies below the window."""
        box = self._command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": box["width"], "height": min(box["height"], 6000), "scale": 1}
        picture = self._command("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(picture["data"]))

    # What went on behind it.

    def complaints(self):
        """Warnings and errors of the console since the last call. That a page is a 4xx or 503 is no complaint: it is meant."""
        def is_status(entry):
            return entry["source"] == "network" and "status of" in entry["message"] and "/assets/" not in entry["message"]
        return [
            entry["message"] for entry in self.driver.get_log("browser")
            if entry["level"] in ("WARNING", "SEVERE") and not is_status(entry)
        ]

    def transfers(self):
        """Since the last call: the hosts that were asked, and the bytes of the last page with all that it loaded."""
        hosts, weights, loader = set(), {}, {}
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            event = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                url = urlsplit(event["request"]["url"])
                if url.scheme in ("http", "https"):
                    hosts.add(url.netloc)
                    loader[event["requestId"]] = event["loaderId"]
            elif message["method"] == "Network.loadingFinished" and event["requestId"] in loader:
                page = loader[event["requestId"]]
                weights[page] = weights.get(page, 0) + event["encodedDataLength"]
        return hosts, list(weights.values())[-1] if weights else 0

    def _command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    @staticmethod
    def _is_gone(element):
        try:
            element.is_enabled()
            return False
        except StaleElementReferenceException:
            return True
