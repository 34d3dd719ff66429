"""Webhooks: events sent to callback_url, retries, and failed deliveries."""

from __future__ import annotations

import socket

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import Receiver, create_id, get
from tests.support.conversations import REPLICA


def test_all_events_are_sent_in_order(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    """The replica's joining, the transcript and the shutdown reach callback_url in this order, each exactly once."""
    conversation_id = create_id(api, callback_url=receiver.url)
    sandbox.control.join(conversation_id)
    sandbox.control.advance(5)
    sandbox.control.leave(conversation_id)
    sandbox.control.webhooks()
    assert [(body["event_type"], body["message_type"]) for body in receiver.bodies] == [
        ("system.replica_joined", "system"),
        ("application.transcription_ready", "application"),
        ("system.shutdown", "system"),
    ]


def test_a_webhook_has_the_envelope_of_tavus(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    """A webhook has the conversation, the URL, the event, its kind, its time and its properties."""
    conversation_id = create_id(api, callback_url=receiver.url)
    sandbox.control.webhooks()
    assert receiver.bodies == [
        {
            "properties": {"replica_id": REPLICA},
            "conversation_id": conversation_id,
            "webhook_url": receiver.url,
            "event_type": "system.replica_joined",
            "message_type": "system",
            "timestamp": get(api, conversation_id)["created_at"],
        }
    ]


def test_webhooks_and_events_are_the_same(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    """Webhooks have the types, times and properties that GET?verbose=true shows."""
    conversation_id = create_id(api, callback_url=receiver.url)
    sandbox.control.join(conversation_id)
    api.post(f"/v2/conversations/{conversation_id}/end")
    sandbox.control.webhooks()
    names = ("event_type", "timestamp", "properties")
    assert [{name: body[name] for name in names} for body in receiver.bodies] == get(api, conversation_id)["events"]


def test_nothing_is_sent_without_a_callback_url(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation without callback_url sends nothing."""
    create_id(api)
    assert sandbox.control.webhooks() == []


def test_a_server_error_is_retried(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    """A 5xx is retried, and the delivery shows the number of attempts."""
    receiver.statuses = [503, 500, 204]
    create_id(api, callback_url=receiver.url)
    delivery = sandbox.control.webhooks()[0]
    assert (delivery["attempts"], delivery["status"], delivery["error"]) == (3, 204, None)
    assert len(receiver.bodies) == 3


@pytest.mark.parametrize(("status", "attempts"), [(500, 3), (404, 1), (302, 1)])
def test_an_event_is_dropped_after_three_attempts(
    sandbox: Sandbox, api: httpx.Client, receiver: Receiver, status: int, attempts: int
) -> None:
    """An event is dropped after three 5xx, or after one other refusal."""
    receiver.statuses = [status]
    create_id(api, callback_url=receiver.url)
    delivery = sandbox.control.webhooks()[0]
    assert (delivery["attempts"], delivery["status"]) == (attempts, status)


@pytest.mark.parametrize(
    "url",
    ["nonsense", "ftp://127.0.0.1/x", "http://", "http://[::1", "http://\udcff/", "http://127.0.0.1:99999/", "\x00"],
)
def test_an_invalid_url_disturbs_nothing(sandbox: Sandbox, api: httpx.Client, url: str) -> None:
    """Tavus accepts any string as callback_url; a failed delivery is noted, and the conversation goes on."""
    conversation_id = create_id(api, callback_url=url)
    delivery = sandbox.control.webhooks()[0]
    assert delivery["status"] is None
    assert delivery["error"]
    assert get(api, conversation_id)["status"] == "active"


def test_a_closed_port_disturbs_nothing(sandbox: Sandbox, api: httpx.Client) -> None:
    """A connection error is noted after three attempts."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        create_id(api, callback_url=f"http://127.0.0.1:{closed.getsockname()[1]}/")
        delivery = sandbox.control.webhooks()[0]
    assert delivery["attempts"] == 3
    assert "ConnectError" in str(delivery["error"])
