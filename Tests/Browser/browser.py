"""Chromium without a window, driven by selenium; every page it opens may be photographed."""

import pathlib

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait


class Browser:
    def __init__(self, shots, width=1100, height=900, scripts=True):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--hide-scrollbars", f"--window-size={width},{height}"):
            options.add_argument(argument)
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        service = webdriver.ChromeService("/usr/bin/chromedriver")
        self.driver = webdriver.Chrome(options=options, service=service)
        self.shots = pathlib.Path(shots)
        self.shots.mkdir(parents=True, exist_ok=True)
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def open(self, url):
        self.driver.get(url)

    def photograph(self, name):
        self.number += 1
        self.driver.save_screenshot(str(self.shots / f"{self.number:02}-{name}.png"))

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def click(self, words):
        """The link or button with these words; returns when the next page is there."""
        path = f"//a[normalize-space()='{words}'] | //button[normalize-space()='{words}']"
        self._and_wait(lambda: self.driver.find_element(By.XPATH, path).click())

    def submit(self, action, **fields):
        """Fills and sends the form whose action ends so."""
        form = self.driver.find_element(By.CSS_SELECTOR, f"form[action$='{action}']")
        for name, value in fields.items():
            field = form.find_element(By.CSS_SELECTOR, f"[name={name}]")
            field.clear()
            field.send_keys(value)
        self._and_wait(lambda: form.find_element(By.CSS_SELECTOR, "button").click())

    def _and_wait(self, act):
        page = self.find("html")
        act()
        WebDriverWait(self.driver, 10).until(lambda driver: driver.find_element(By.CSS_SELECTOR, "html") != page)

    def expect(self, *words):
        text = self.find("body").text
        for word in words:
            assert word in text, f"no {word!r} on {self.driver.current_url}:\n{text}"
