"""The control paths and their client."""

from __future__ import annotations

import httpx
import pytest

from tavus_provider.sandbox import ASSUMPTIONS, ControlClient, ControlError, Sandbox
from tests.sandbox.helpers import Receiver, create, create_id


def test_the_log_shows_requests_and_statuses(sandbox: Sandbox, api: httpx.Client) -> None:
    """The log shows method, path, query, body, status, user agent and time of each call, in order."""
    api.get("/v2/conversations?limit=3&status=active", headers={"user-agent": "me/1.0"})
    api.post("/v2/conversations", json={"persona_id": "nobody"})
    api.post("/v2/conversations", content=b"no json")
    listed, refused, broken = sandbox.control.calls()
    assert listed == {
        "at": sandbox.control.advance(0),
        "method": "GET",
        "path": "/v2/conversations",
        "query": {"limit": "3", "status": "active"},
        "body": None,
        "key": "valid",
        "user_agent": "me/1.0",
        "status": 200,
        "faults": [],
    }
    assert (refused["method"], refused["body"], refused["status"]) == ("POST", {"persona_id": "nobody"}, 400)
    assert (broken["body"], broken["status"]) == ("no json", 400)


def test_the_log_accepts_any_bytes(sandbox: Sandbox, api: httpx.Client) -> None:
    """The log shows bodies and queries that are not text or nested without end."""
    for content in (b"\xff\xfe\x00", b"[" * 100_000, b'"\\ud800"'):
        api.post("/v2/conversations?q=%ff%00", content=content)
    assert [call["status"] for call in sandbox.control.calls()] == [400, 400, 400]


def test_control_paths_are_not_logged(sandbox: Sandbox) -> None:
    """Requests to control paths are not among Tavus's calls, and need no key."""
    sandbox.control.books()
    assert sandbox.control.calls() == []


def test_a_reset_forgets_everything(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    """After a reset there are no conversations, calls, webhooks or recordings, and seeds, limits and time are as at the start."""
    before = sandbox.control.advance(0)
    an_hour_later = sandbox.control.advance(3600)
    create_id(api, callback_url=receiver.url)
    sandbox.control.seed(personas=[{"persona_id": "p-mine"}])
    sandbox.control.set_limits(concurrency=0)
    sandbox.control.advance(86400)
    sandbox.control.reset()
    assert sandbox.control.books() == {"active": 0, "billed_seconds": 0, "conversations": []}
    assert sandbox.control.calls() == []
    assert sandbox.control.webhooks() == []
    assert sandbox.control.recordings() == []
    assert api.get("/v2/personas/p-mine").status_code == 400
    assert create(api)["status"] == "active"
    assert before <= sandbox.control.advance(0) < an_hour_later


def test_changes_from_before_a_reset_never_happen(sandbox: Sandbox, api: httpx.Client) -> None:
    """Conversations from before a reset have no effect after it."""
    create_id(api)
    sandbox.control.reset()
    sandbox.control.advance(10_000)
    assert sandbox.control.conversations() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", {}),
        ("/clock", {"advance": -1}),
        ("/clock", {"advance": "1"}),
        ("/clock", {"advance": 1e300}),
        ("/limits", {"concurrency": -1}),
        ("/limits", {"concurrency": 1.5}),
        ("/limits", {"speed": 1}),
        ("/seed", {"things": []}),
        ("/seed", []),
    ],
)
def test_an_invalid_request_is_refused(sandbox: Sandbox, guest: httpx.Client, path: str, body: object) -> None:
    """Control paths answer 400 to invalid bodies."""
    assert guest.post(f"{sandbox.url}/sandbox{path}", json=body).status_code == 400


def test_an_unknown_control_path_answers_404(sandbox: Sandbox, guest: httpx.Client) -> None:
    """Unknown control paths and methods are answered in JSON too."""
    assert guest.get(f"{sandbox.url}/sandbox/nothing").json() == {"message": "Not Found"}
    assert guest.get(f"{sandbox.url}/sandbox/reset").status_code == 405


def test_the_overview_shows_the_assumptions(sandbox: Sandbox, guest: httpx.Client) -> None:
    """The overview has time, limits and all assumptions."""
    overview = guest.get(f"{sandbox.url}/sandbox/").json()
    assert overview["limits"] == {"concurrency": None, "credits": None, "iam_delay": 0}
    assert overview["assumed"] == ASSUMPTIONS


def test_the_control_client_needs_only_the_url(sandbox: Sandbox, api: httpx.Client) -> None:
    """The control client works with nothing but the URL."""
    conversation_id = create_id(api)
    with ControlClient(sandbox.url) as control:
        assert control.room(conversation_id)["status"] == "active"
        with pytest.raises(ControlError, match="there is no conversation c-none"):
            control.room("c-none")
