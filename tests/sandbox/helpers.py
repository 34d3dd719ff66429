"""Calls that several tests of the sandbox make, and a receiver of webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import httpx

from tests.support.conversations import PERSONA
from tests.support.http_server import Answer, Request, serve

PERSONA_WITHOUT_REPLICA = "p8f2b3c4d5e6"


def post(api: httpx.Client, body: Any) -> httpx.Response:
    """Send a create call with this body, in ASCII, so that half surrogates can be sent too."""
    content = json.dumps(body)
    return api.post("/v2/conversations", content=content, headers={"content-type": "application/json"})


def create(api: httpx.Client, **body: Any) -> dict[str, Any]:
    """Create a conversation with the seeded persona and return the answer."""
    response = post(api, {"persona_id": PERSONA, **body})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def create_id(api: httpx.Client, **body: Any) -> str:
    """Create a conversation and return its id."""
    return str(create(api, **body)["conversation_id"])


def get(api: httpx.Client, conversation_id: str) -> dict[str, Any]:
    """Return the conversation with its events."""
    response = api.get(f"/v2/conversations/{conversation_id}", params={"verbose": "true"})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def events(api: httpx.Client, conversation_id: str) -> dict[str, Mapping[str, Any]]:
    """Return the properties of the conversation's events by type, in their order."""
    return {event["event_type"]: event["properties"] for event in get(api, conversation_id)["events"]}


def create_object(api: httpx.Client, kind: str, **body: Any) -> dict[str, Any]:
    """Create an object of a kind, such as `documents`, and return the answer."""
    response = api.post(f"/v2/{kind}", json=body)
    assert response.is_success, response.text
    answer: dict[str, Any] = response.json()
    return answer


def patch(api: httpx.Client, path: str, *operations: tuple[Any, ...]) -> httpx.Response:
    """Send a JSON patch of operations such as ("add", "/name", "value")."""
    names = ("op", "path", "value")
    return api.patch(f"/v2/{path}", json=[dict(zip(names, operation, strict=False)) for operation in operations])


def status_and_body(response: httpx.Response) -> tuple[int, Any]:
    """Return the status and the JSON body, None for no body."""
    return response.status_code, response.json() if response.content else None


class Receiver:
    """An HTTP server that keeps what is posted to it and answers with `statuses`, the last one for ever."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.bodies: list[dict[str, Any]] = []
        self._arrived = threading.Condition()
        self._serving = serve(self._answer)

    def _answer(self, request: Request) -> Answer:
        self.take(request.body)
        return Answer(self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0])

    def take(self, body: dict[str, Any]) -> None:
        """Keep a webhook."""
        with self._arrived:
            self.bodies.append(body)
            self._arrived.notify_all()

    def wait_for(self, event_type: str) -> dict[str, Any]:
        """Return the first webhook of this type, once it has arrived."""

        def found() -> list[dict[str, Any]]:
            return [body for body in self.bodies if body["event_type"] == event_type]

        with self._arrived:
            self._arrived.wait_for(found)
            return found()[0]

    def __enter__(self) -> Receiver:
        """Start to listen."""
        self.url = f"{self._serving.__enter__()}/callback"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop listening."""
        self._serving.__exit__(kind, error, trace)
