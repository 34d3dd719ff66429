"""The room and the dashboard in a real browser, as somebody uses them who has read nothing."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tavus_provider.sandbox import Sandbox
from tests.sandbox.storage import BUCKET, ROLE_ARN, Storage
from tests.support.http_server import Answer, serve
from tools.browser import SECONDS, wait_for_text


def seed(sandbox: Sandbox, **fields: Any) -> Any:
    """Add a conversation and return it."""
    return sandbox.control.seed(conversations=[{"conversation_name": "call", **fields}])["conversations"][0]


def click(browser: Chrome, id_: str) -> None:
    """Click what has an id."""
    browser.find_element(By.ID, id_).click()


@pytest.fixture
def recorded(recording_sandbox: Sandbox, aws: str) -> Any:
    """Return a conversation whose recordings go to a bucket of the local AWS."""
    storage = Storage(aws)
    storage.make_bucket()
    storage.make_role()
    storage.close()
    named = {"provider": "s3", "bucket_name": BUCKET, "bucket_region": "eu-west-1", "assume_role_arn": ROLE_ARN}
    return seed(recording_sandbox, properties={"enable_recording": True, "recording_storage": named})


def test_join_record_and_leave(recording_sandbox: Sandbox, recorded: Any, browser: Chrome) -> None:
    """From the dashboard's link to a recording in the bucket, by clicks alone."""
    browser.get(recording_sandbox.url)
    browser.find_element(By.LINK_TEXT, "call").click()
    assert not browser.find_element(By.ID, "record").is_enabled()
    browser.find_element(By.ID, "participant").send_keys("Ada")
    click(browser, "join")
    wait_for_text(browser, "stage", "Ada")
    click(browser, "record")
    wait_for_text(browser, "state", "Stop the recording to save it.")
    click(browser, "record")
    wait_for_text(browser, "recordings", "saved in the bucket")
    click(browser, "leave")
    wait_for_text(browser, "state", "participant_left_timeout reached")
    (found,) = boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert f"s3://{BUCKET}/{found['Key']}" in browser.find_element(By.ID, "recordings").text
    assert recording_sandbox.control.books()["active"] == 0


def test_the_keyboard_is_enough(recording_sandbox: Sandbox, recorded: Any, browser: Chrome) -> None:
    """Tab reaches everything in its order, the focus stays while the page changes, and each button answers to the keyboard."""
    browser.get(recorded["conversation_url"])

    def press(*keys: str) -> str:
        ActionChains(browser).send_keys(*keys).perform()
        return str(browser.execute_script("return document.activeElement.id"))

    assert press(Keys.TAB) == ""  # the link to the dashboard
    assert press(Keys.TAB) == "participant"
    press("Ada", Keys.ENTER)
    wait_for_text(browser, "stage", "Ada")
    assert press(Keys.TAB) == "join"
    assert press(Keys.TAB) == "record"
    press(Keys.SPACE)
    wait_for_text(browser, "record", "Stop recording")
    assert press() == "record"
    assert press(Keys.TAB) == "leave"
    press(Keys.SPACE)
    wait_for_text(browser, "state", "ended")


def test_a_private_room_asks_for_the_token(sandbox: Sandbox, browser: Chrome) -> None:
    """A wrong token is refused in words; the dashboard's link has the right one."""
    room = seed(sandbox, require_auth=True)
    browser.get(room["conversation_url"])
    browser.find_element(By.ID, "token").send_keys("wrong")
    click(browser, "join")
    wait_for_text(browser, "message", "You are not allowed to join this meeting.")
    browser.get(sandbox.url)
    browser.find_element(By.LINK_TEXT, "call").click()
    click(browser, "join")
    wait_for_text(browser, "stage", "participant-1")


def test_captions_can_be_hidden(sandbox: Sandbox, browser: Chrome) -> None:
    """They are there once somebody is in the room, and stay hidden while the page changes."""
    room = seed(sandbox, custom_greeting="Welcome aboard.")
    sandbox.control.join(room["conversation_id"], "Ada")
    browser.get(room["conversation_url"])
    wait_for_text(browser, "stage", "Welcome aboard.")
    click(browser, "captions")
    sandbox.control.join(room["conversation_id"], "Grace")
    wait_for_text(browser, "stage", "Grace")
    assert "Welcome aboard." not in browser.find_element(By.ID, "stage").text
    assert browser.find_element(By.ID, "captions").get_attribute("aria-pressed") == "false"


def test_what_is_typed_stays_while_the_page_changes(sandbox: Sandbox, browser: Chrome) -> None:
    """Somebody else joins while a name is written."""
    room = seed(sandbox)
    browser.get(room["conversation_url"])
    browser.find_element(By.ID, "participant").send_keys("Ad")
    sandbox.control.join(room["conversation_id"], "Grace")
    wait_for_text(browser, "stage", "Grace")
    browser.switch_to.active_element.send_keys("a", Keys.ENTER)
    wait_for_text(browser, "stage", "Ada")


def test_the_dashboard_shows_what_happens_by_itself(sandbox: Sandbox, browser: Chrome) -> None:
    """A conversation appears without a reload, a click lets time pass until it ends, and another arms a fault."""
    browser.get(sandbox.url)
    wait_for_text(browser, "conversations", "None yet")
    seed(sandbox)
    wait_for_text(browser, "conversations", "1 active")
    browser.find_element(By.XPATH, "//button[text()='Let 10 minutes pass']").click()
    wait_for_text(browser, "conversations", "participant_absent_timeout reached")
    assert sandbox.control.books()["billed_seconds"] == 300
    browser.find_element(By.XPATH, "//button[text()='Fail to end the next conversation']").click()
    wait_for_text(browser, "faults", "Fail to end the next conversation: 0 so far, 1 to come")
    click(browser, "clear-faults")
    WebDriverWait(browser, SECONDS).until(lambda _: "to come" not in browser.find_element(By.ID, "faults").text)
    assert sandbox.control.faults() == []


def test_a_room_works_in_a_frame_of_another_page(sandbox: Sandbox, browser: Chrome) -> None:
    """A page of another origin embeds it, as it can embed Tavus's."""
    room = seed(sandbox)
    page = f'<iframe src="{room["conversation_url"]}" width="800" height="900"></iframe>'
    with serve(lambda _: Answer(body=page, headers={"content-type": "text/html"})) as address:
        browser.get(address)
        browser.switch_to.frame(0)
        click(browser, "join")
        wait_for_text(browser, "stage", "participant-1")
        browser.switch_to.default_content()


@pytest.mark.parametrize("path", ["", "/rooms"])
def test_a_phone_scrolls_in_one_direction(sandbox: Sandbox, browser: Chrome, path: str) -> None:
    """Nothing is wider than the window of a phone."""
    room = seed(sandbox, conversation_name="a-name-that-is-longer-than-most-people-would-write-3f9a2c1", require_auth=True)
    size = browser.get_window_size()
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 375, "height": 700, "deviceScaleFactor": 2, "mobile": True}
    )
    try:
        browser.get(room["conversation_url"] if path else sandbox.url)
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert browser.get_window_size() == size


def test_a_sandbox_that_stops_is_named(browser: Chrome) -> None:
    """The page says why it no longer changes."""
    with Sandbox() as stopping:
        browser.get(stopping.url)
    wait_for_text(browser, "message", "The local Tavus does not answer")
    browser.get_log("browser")  # Chromium logs the calls that failed
