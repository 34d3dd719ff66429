"""Chromium without a window, driven by its own driver: for the tests of the pages, and for their screenshots."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tavus_provider.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
SECONDS = 20.0
"""How long to wait for what a page should show."""
STORAGE = {
    "provider": "s3",
    "bucket_name": "recordings-3f9a2c1",
    "bucket_region": "eu-west-1",
    "assume_role_arn": "arn:aws:iam::123456789012:role/recordings-3f9a2c1",
}
"""Where the call of the screenshots is recorded to."""


@contextmanager
def open_browser(width: int = 1000, height: int = 1250) -> Iterator[Chrome]:
    """Yield a browser with a window of that size; it logs what pages write to the console."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (browser and driver):
        raise FileNotFoundError("there is no chromium with its chromedriver: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = browser
    # Containers have neither a user for Chromium's own sandbox nor much shared memory.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options, ChromeService(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


def wait_for_text(browser: Chrome, id_: str, text: str) -> None:
    """Wait until an element shows a text. The page may replace it meanwhile."""
    waiting = WebDriverWait(browser, SECONDS, ignored_exceptions=[StaleElementReferenceException])
    waiting.until(lambda _: text in browser.find_element(By.ID, id_).text, f"{id_} never had {text!r}")


def main() -> None:
    """Write the screenshots of docs/: a room in which somebody is, and the dashboard."""
    with Sandbox(key="screenshot") as tavus, open_browser(height=1580) as browser:
        properties = {"enable_recording": True, "recording_storage": STORAGE}
        seeds = [{"conversation_name": f"{name}-3f9a2c1", "properties": properties} for name in ("interview", "call")]
        interview, call = tavus.control.seed(conversations=seeds)["conversations"]
        tavus.control.join(call["conversation_id"], "Ada")
        tavus.control.start_recording(call["conversation_id"])
        tavus.control.advance(75)
        tavus.control.join(interview["conversation_id"], "Grace")
        tavus.control.leave(interview["conversation_id"])
        for name, address in (("room", call["conversation_url"]), ("dashboard", tavus.url)):
            browser.get(address)
            browser.save_screenshot(str(ROOT / "docs" / f"{name}.png"))
            print(f"written: docs/{name}.png")


if __name__ == "__main__":
    main()
