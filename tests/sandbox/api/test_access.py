"""Access: the key, the paths and the name of the host."""

from __future__ import annotations

import json
import socket

import httpx
import pytest

from tavus_provider.sandbox import Sandbox

CALLS = [
    ("POST", "/v2/conversations"),
    ("GET", "/v2/conversations"),
    ("GET", "/v2/conversations/c1"),
    ("POST", "/v2/conversations/c1/end"),
    ("DELETE", "/v2/conversations/c1"),
    ("GET", "/v2/personas"),
    ("GET", "/v2/personas/p1"),
    ("GET", "/v2/replicas"),
    ("GET", "/v2/replicas/r1"),
    ("GET", "/nowhere"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("headers", [{}, {"x-api-key": ""}, {"x-api-key": "wrong"}, {"x-api-key": "sändbox"}])
def test_every_call_without_the_right_key_is_refused(
    sandbox: Sandbox, guest: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    """Every path answers 401 with `message` when the key is missing or wrong."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    response = guest.request(method, sandbox.url + path, headers=raw)
    assert (response.status_code, response.json()) == (401, {"message": "Invalid access token"})


def test_the_key_can_be_chosen(guest: httpx.Client) -> None:
    """A sandbox accepts the key of its argument and no other."""
    with Sandbox(key="other") as sandbox:
        url = f"{sandbox.url}/v2/personas"
        statuses = [guest.get(url, headers={"x-api-key": key}).status_code for key in ("other", "sandbox")]
    assert statuses == [200, 401]


def test_the_log_of_calls_never_holds_a_key(sandbox: Sandbox, api: httpx.Client, guest: httpx.Client) -> None:
    """The log shows whether a key was valid, and never the key."""
    api.get("/v2/personas")
    api.get("/v2/personas", headers={"x-api-key": "somebody-elses-key"})
    guest.get(f"{sandbox.url}/v2/personas")
    calls = sandbox.control.calls()
    assert [call["key"] for call in calls] == ["valid", "invalid", "missing"]
    assert "somebody-elses-key" not in json.dumps(calls)


@pytest.mark.parametrize("path", ["/", "/v2", "/v2/conversations/", "/v2/nothing", "/v2/conversations/a/b/c", "/%0A", "/v2/%00"])
def test_an_unknown_path_answers_404(api: httpx.Client, path: str) -> None:
    """An unknown path answers 404 with a JSON body."""
    response = api.get(path)
    assert (response.status_code, response.json()) == (404, {"message": "Not Found"})


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_an_unknown_method_answers_405(api: httpx.Client, method: str) -> None:
    """A known path answers 405 to a method it does not have, and names those it has."""
    response = api.request(method, "/v2/conversations")
    assert (response.status_code, response.json()) == (405, {"message": "Method Not Allowed"})
    assert {"GET", "POST"} <= set(response.headers["allow"].split(", "))


def test_only_this_machine_can_connect(sandbox: Sandbox) -> None:
    """The sandbox listens on 127.0.0.1 and on no other address."""
    port = httpx.URL(sandbox.url).port
    assert httpx.URL(sandbox.url).host == "127.0.0.1"
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))
