"""Tools against a local Tavus: whole fields, secrets that read as stars, and what does not fit together."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.api.errors import InputError
from tavus_provider.objects.tool import ToolLifecycle
from tavus_provider.sandbox import Sandbox
from tests.support.calls import sent_bodies
from tests.support.http_client import HTTP
from tests.support.lifecycles import find_mistakes, object_at

PARAMETERS = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}
PLAIN: dict[str, Any] = {"name": "find_order", "description": "Find an order.", "parameters": PARAMETERS}
API: dict[str, Any] = {"url": "https://shop.example.com/{order}", "auth": {"type": "bearer", "token": "first"}}
CALLED: dict[str, Any] = {**PLAIN, "delivery": {"api": API}}

AUTHS: list[dict[str, Any]] = [
    {"type": "bearer", "token": "s"},
    {"type": "basic", "username": "u", "password": "s"},
    {"type": "api_key", "name": "X-Key", "value": "s"},
    {"type": "hmac", "secret": "s"},
    {"type": "oauth2_client_credentials", "token_url": "https://a.example/", "client_id": "c", "client_secret": "s"},
]


def with_api(**members: Any) -> dict[str, Any]:
    """Return inputs of a tool whose request has these members."""
    return {**CALLED, "delivery": {"api": {**API, **members}}}


@pytest.mark.parametrize("auth", AUTHS, ids=lambda auth: auth["type"])
def test_secrets_that_read_as_stars_are_no_drift(sandbox: Sandbox, auth: dict[str, Any]) -> None:
    """A refresh keeps what the program gave, so that the next update has nothing to do."""
    it = object_at(ToolLifecycle, sandbox.url)
    given = with_api(url="https://shop.example.com/", auth=auth)
    id_, outs = it.create(given)
    shown = HTTP.get(f"{sandbox.url}/v2/tools/{id_}", headers={"x-api-key": sandbox.key}).json()

    assert "********" in shown["delivery"]["api"]["auth"].values()
    assert it.read(id_, outs) == (id_, outs)
    assert it.diff(id_, outs, given).changes in (None, ())


def test_a_patch_of_another_member_sends_no_stars(sandbox: Sandbox) -> None:
    """The patch has the changed field only; if it is the delivery, all of that with the secret itself."""
    it = object_at(ToolLifecycle, sandbox.url)
    id_, outs = it.create(CALLED)
    outs = it.update(id_, outs, {**CALLED, "description": "Find one order."})
    it.update(id_, outs, {**with_api(timeout=20), "description": "Find one order."})

    assert sent_bodies(sandbox, "PATCH") == [
        {"description": "Find one order."},
        {"delivery": {"api": {**API, "timeout": 20}}},
    ]


def test_a_changed_secret_is_sent(sandbox: Sandbox) -> None:
    """The diff names it, and the patch has the new one."""
    it = object_at(ToolLifecycle, sandbox.url)
    id_, outs = it.create(CALLED)
    news = with_api(auth={"type": "bearer", "token": "second"})

    assert it.diff(id_, outs, news).changes == ("delivery",)
    assert it.diff(id_, outs, news).replaces == ()
    it.update(id_, outs, news)

    assert sent_bodies(sandbox, "PATCH") == [{"delivery": news["delivery"]}]


def test_what_a_program_leaves_out_gets_tavuss_default(sandbox: Sandbox) -> None:
    """The patch sends Tavus's default for an input that the program dropped, because Tavus keeps what a patch leaves out."""
    it = object_at(ToolLifecycle, sandbox.url)
    id_, outs = it.create({**CALLED, "tags": ["shop"], "on_call": "silent"})
    it.update(id_, outs, {"name": "find_order", "description": "Find an order."})

    assert sent_bodies(sandbox, "PATCH") == [
        {"parameters": {}, "tags": [], "on_call": None, "delivery": {"app_message": True}},
    ]


def test_a_change_by_hand_is_taken_back(sandbox: Sandbox) -> None:
    """A refresh shows another address, and the update has the secret with it."""
    it = object_at(ToolLifecycle, sandbox.url)
    id_, outs = it.create(CALLED)
    by_hand = {"delivery": {"api": {**API, "url": "https://other.example.com/"}}}
    HTTP.patch(f"{sandbox.url}/v2/tools/{id_}", json=by_hand, headers={"x-api-key": sandbox.key}).raise_for_status()

    found = it.read(id_, outs)

    assert found is not None
    assert it.diff(id_, found[1], CALLED).changes == ("delivery",)
    it.update(id_, found[1], CALLED)
    assert sent_bodies(sandbox, "PATCH")[-1] == {"delivery": CALLED["delivery"]}


def test_a_name_in_use_says_how_to_adopt(sandbox: Sandbox) -> None:
    """The error for a name that another tool has says how to adopt that tool."""
    it = object_at(ToolLifecycle, sandbox.url)
    it.create(PLAIN)

    with pytest.raises(InputError, match="name: give another one, or adopt that tool with existing_tool_id"):
        it.create(PLAIN)


def test_adopting_writes_nothing(sandbox: Sandbox) -> None:
    """Adopting makes no write call, and a secret that Tavus does not show is no difference."""
    it = object_at(ToolLifecycle, sandbox.url)
    id_, _ = it.create(CALLED)

    assert it.create({**CALLED, "existing_tool_id": id_})[0] == id_
    assert len(sent_bodies(sandbox, "POST")) == 1


def nested(levels: int) -> dict[str, Any]:
    """Return a JSON Schema of this depth."""
    return {"type": "object", "properties": {"a": nested(levels - 1)}} if levels else {"type": "string"}


@pytest.mark.parametrize(
    ("inputs", "mistakes"),
    [
        ({**PLAIN, "name": "find order"}, ["name"]),
        ({**PLAIN, "name": "a" * 65}, ["name"]),
        ({**PLAIN, "parameters": {"type": "array"}}, ["parameters"]),
        ({**PLAIN, "parameters": {"properties": {"a": {"type": "text"}}}}, ["parameters"]),
        ({**PLAIN, "parameters": {"properties": {"a": "string"}}}, ["parameters"]),
        ({**PLAIN, "parameters": {"properties": {"tavus_a": {}}}}, ["parameters"]),
        ({**PLAIN, "parameters": {"required": "a"}}, ["parameters"]),
        ({**PLAIN, "parameters": nested(32)}, ["parameters"]),
        ({**PLAIN, "description": "a" * 10_001}, ["parameters"]),
        ({**PLAIN, "on_call": "static_filler"}, ["static_filler"]),
        ({**PLAIN, "origin": "vision", "on_call": "silent"}, ["on_call"]),
        ({**PLAIN, "origin": "audio", "on_resolve": "add_to_context"}, ["on_resolve"]),
        ({**PLAIN, "delivery": {"app_message": True, "api": API}}, ["delivery"]),
        ({**PLAIN, "delivery": {"app_message": False}}, ["delivery"]),
        (with_api(url="http://shop.example.com/"), ["delivery.api.url"]),
        (with_api(url="https://shop.example.com/{other}"), ["delivery.api.url"]),
        (with_api(timeout=61), ["delivery.api.timeout"]),
        (with_api(timeout=0), ["delivery.api.timeout"]),
        (with_api(method="GET", body_template={"a": 1}), ["delivery.api.body_template"]),
        (with_api(auth={"type": "hmac", "secret": "s"}), ["delivery.api.url"]),
        (with_api(auth={"type": "bearer"}), ["delivery.api.auth.token"]),
    ],
)
def test_mistakes_are_named(inputs: dict[str, Any], mistakes: list[str]) -> None:
    """Check names each mistake without a call to Tavus."""
    found = find_mistakes(ToolLifecycle, **inputs)

    assert [(property_ or reason).split()[0] for property_, reason in found] == mistakes


@pytest.mark.parametrize("inputs", [PLAIN, CALLED, {**PLAIN, "parameters": nested(31)}, {**PLAIN, "origin": "vision"}])
def test_what_tavus_takes_is_no_mistake(inputs: dict[str, Any]) -> None:
    """Check accepts values at each limit."""
    assert find_mistakes(ToolLifecycle, **inputs) == []
