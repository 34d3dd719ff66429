"""One browser for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tools.browser import open_browser


@pytest.fixture(scope="session")
def running_browser() -> Iterator[Chrome]:
    """Start the browser once."""
    with open_browser() as browser:
        yield browser


@pytest.fixture
def browser(running_browser: Chrome) -> Iterator[Chrome]:
    """Return the browser; no page may have written an error to its console when the test is over."""
    running_browser.get("about:blank")
    running_browser.get_log("browser")
    yield running_browser
    # Chromium logs each answer from 400 on, which a test may want.
    log = [each for each in running_browser.get_log("browser") if "responded with a status of 4" not in each["message"]]
    assert log == []
