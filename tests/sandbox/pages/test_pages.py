"""Pages for browsers at the addresses where programs get JSON."""

from __future__ import annotations

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.pages.paths import format_duration
from tests.sandbox.helpers import create

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_programs_get_json(api: httpx.Client, guest: httpx.Client, accept: str) -> None:
    """A room answers a program as before, and the root is a path that Tavus does not have."""
    room = create(api)
    headers = {"accept": accept}
    assert guest.get(room["conversation_url"], headers=headers).json()["conversation_id"] == room["conversation_id"]
    assert api.get("/", headers=headers).status_code == 404


def test_browsers_get_pages(sandbox: Sandbox, api: httpx.Client, guest: httpx.Client) -> None:
    """Both pages show the conversation; they load nothing from elsewhere, and only the room may be in a frame."""
    room = create(api, conversation_name="lesson")
    for address, policy in ((room["conversation_url"], "base-uri 'none'"), (sandbox.url, "frame-ancestors 'none'")):
        answer = guest.get(address, headers=BROWSER)
        assert "lesson" in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert answer.headers["content-security-policy"].endswith(policy)
        assert "https://" not in answer.text
    assert all(guest.get(f"{sandbox.url}/sandbox/page.{kind}").status_code == 200 for kind in ("css", "js"))


def test_what_a_page_shows_is_escaped(sandbox: Sandbox, api: httpx.Client, guest: httpx.Client) -> None:
    """A name or a path that is HTML stays text."""
    room = create(api, conversation_name="<script>alert(1)</script>")
    sandbox.control.join(room["conversation_id"], "<b>Ada</b>")
    api.get("/<i>nowhere")
    pages = [guest.get(address, headers=BROWSER).text for address in (room["conversation_url"], sandbox.url)]
    assert all("&lt;b&gt;Ada" in page and "<b>Ada" not in page and "<script>alert" not in page for page in pages)
    assert "/&lt;i&gt;nowhere" in pages[1]


def test_a_room_that_does_not_exist_is_named(sandbox: Sandbox, guest: httpx.Client) -> None:
    """The page of an unknown room says so, and links to those that exist."""
    answer = guest.get(f"{sandbox.url}/rooms/c1", headers=BROWSER)
    assert answer.status_code == 404
    assert "There is no room c1" in answer.text


def test_the_dashboard_shows_calls_webhooks_and_faults(sandbox: Sandbox, api: httpx.Client, guest: httpx.Client) -> None:
    """The dashboard shows calls, webhooks and armed faults, and never the key."""
    sandbox.control.inject("get", status=500, times=3)
    room = create(api, callback_url="nowhere://receiver/")
    sandbox.control.advance(400)
    sandbox.control.webhooks()  # answers once all are sent
    page = guest.get(sandbox.url, headers=BROWSER).text
    assert all(
        shown in page for shown in ("POST /v2/conversations", "system.shutdown", "nowhere://receiver/", "0 so far, 3 to come")
    )
    assert room["conversation_id"] in page
    assert sandbox.key not in page.replace("/sandbox/", "")


def test_the_room_says_what_to_do_next(sandbox: Sandbox, guest: httpx.Client) -> None:
    """The room always says what to do next in words for newcomers, and at the end why it has ended."""
    storage = dict.fromkeys(("recording_s3_bucket_name", "recording_s3_bucket_region", "aws_assume_role_arn"), "text")
    properties = {"enable_recording": True, "participant_left_timeout": 5, **storage}
    room = sandbox.control.seed(conversations=[{"properties": properties}])["conversations"][0]
    id_, steps = room["conversation_id"], []
    acts = (sandbox.control.join, sandbox.control.start_recording, sandbox.control.stop_recording, sandbox.control.leave)
    for act in acts:
        steps.append(guest.get(room["conversation_url"], headers=BROWSER).text.partition('<p id="next">')[2].partition("</p>")[0])
        act(id_)
    sandbox.control.advance(5)
    page = guest.get(room["conversation_url"], headers=BROWSER).text
    leave = "Leave to end the conversation, 5 seconds after the last one has left."
    assert steps == [
        "Click Join to take part; then you can record.",
        f"Start a recording; it is listed below. {leave}",
        "Stop the recording to save it.",
        f"The recording is listed below. {leave}",
    ]
    assert "because everybody had left <small>(participant_left_timeout reached)</small>" in page
    assert "Nobody can join any more" in page


def test_every_reason_has_words(sandbox: Sandbox, api: httpx.Client, guest: httpx.Client) -> None:
    """Each reason has words of its own, with Tavus's term in brackets."""
    left, ended, deleted, _absent = (create(api)["conversation_id"] for _ in range(4))
    sandbox.control.join(left)
    sandbox.control.leave(left)
    api.post(f"/v2/conversations/{ended}/end")
    api.delete(f"/v2/conversations/{deleted}")
    sandbox.control.advance(300)
    page = guest.get(sandbox.url, headers=BROWSER).text
    for words in ("everybody had left", "a program ended it", "a program deleted it", "nobody had joined in time"):
        assert f"because {words} <small>(" in page


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (65.9, "1:05"), (7205, "2:00:05"), (-1, "0:00")])
def test_durations(seconds: float, shown: str) -> None:
    """The page shows seconds as minutes and seconds, like a clock."""
    assert format_duration(seconds) == shown
