"""Deployments against a local Tavus: newer names, a password that nobody sees, and what pages need."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.objects.deployment import DeploymentLifecycle, describe_page
from tavus_provider.sandbox import Sandbox
from tests.support.calls import sent_bodies
from tests.support.conversations import PERSONA
from tests.support.http_client import HTTP
from tests.support.lifecycles import find_mistakes, object_at

EMBED: dict[str, Any] = {"persona_id": PERSONA, "channel": "embed", "limits": {"daily_call_limit": 100}}


@pytest.mark.parametrize("naming", ["persona", "pal"])
def test_its_persona_is_a_pal_whatever_the_naming(sandbox: Sandbox, naming: str) -> None:
    """Deployments are newer than the older names: requests say pal_id, the state persona_id."""
    it = object_at(DeploymentLifecycle, sandbox.url, naming=naming)

    id_, outs = it.create(EMBED)

    assert sent_bodies(sandbox, "POST")[0]["pal_id"] == PERSONA
    assert it.read(id_, outs) == (id_, outs)
    it.update(id_, outs, {**EMBED, "persona_id": "p7e1a2b3c4d5"})
    assert sent_bodies(sandbox, "PATCH") == [[{"op": "add", "path": "/pal_id", "value": "p7e1a2b3c4d5"}]]


def test_a_limit_changes_in_place(sandbox: Sandbox) -> None:
    """Each changed limit is a patch operation of its own, and the id stays."""
    it = object_at(DeploymentLifecycle, sandbox.url)
    id_, outs = it.create(EMBED)
    news = {**EMBED, "limits": {"daily_call_limit": 50, "max_call_duration": 600}}

    assert it.diff(id_, outs, news).replaces == ()
    it.update(id_, outs, news)

    assert sent_bodies(sandbox, "PATCH") == [
        [
            {"op": "add", "path": "/limits/daily_call_limit", "value": 50},
            {"op": "add", "path": "/limits/max_call_duration", "value": 600},
        ]
    ]


def test_another_channel_is_another_deployment(sandbox: Sandbox) -> None:
    """Another channel replaces the deployment, because a page with one element cannot show the other."""
    it = object_at(DeploymentLifecycle, sandbox.url)
    id_, outs = it.create(EMBED)

    assert it.diff(id_, outs, {**EMBED, "channel": "widget"}).replaces == ("channel",)


def test_a_password_is_changed_and_removed_though_nobody_sees_it(sandbox: Sandbox) -> None:
    """Tavus shows only whether there is a password; another value is a patch, and so is its removal."""
    it = object_at(DeploymentLifecycle, sandbox.url)
    id_, outs = it.create({**EMBED, "password": "first"})
    assert outs["has_password"] is True
    assert it.read(id_, outs) == (id_, outs)

    outs = it.update(id_, outs, {**EMBED, "password": "second"})
    it.update(id_, outs, EMBED)

    assert sent_bodies(sandbox, "PATCH") == [
        [{"op": "add", "path": "/password", "value": "second"}],
        [{"op": "remove", "path": "/password"}],
    ]


def test_a_password_that_somebody_removed_is_put_back(sandbox: Sandbox) -> None:
    """A refresh shows that it is gone, and the next update sets it."""
    it = object_at(DeploymentLifecycle, sandbox.url)
    given = {**EMBED, "password": "first"}
    id_, outs = it.create(given)
    by_hand = [{"op": "remove", "path": "/password"}]
    HTTP.patch(f"{sandbox.url}/v2/deployments/{id_}", json=by_hand, headers={"x-api-key": sandbox.key}).raise_for_status()

    found = it.read(id_, outs)

    assert found is not None
    assert it.diff(id_, found[1], given).changes == ("password",)
    it.update(id_, found[1], given)
    assert sent_bodies(sandbox, "PATCH")[-1] == [{"op": "add", "path": "/password", "value": "first"}]


@pytest.mark.parametrize(
    ("channel", "page"),
    [
        ("landing-page", {"landing_page_url": "https://maker.tavus.io/deployments/d1"}),
        (
            "embed",
            {
                "embed_html": '<tavus-embed deployment-id="d1"></tavus-embed>\n'
                '<script src="https://unpkg.com/@tavus/embed"></script>'
            },
        ),
        (
            "widget",
            {
                "embed_html": '<tavus-widget deployment-id="d1"></tavus-widget>\n'
                '<script src="https://unpkg.com/@tavus/widget"></script>'
            },
        ),
        ("kiosk", {}),
    ],
)
def test_a_page_gets_what_it_needs(channel: str, page: dict[str, str]) -> None:
    """Outputs have the address of a landing page, or the HTML to paste."""
    assert describe_page("d1", channel) == page


def test_what_a_page_gets_is_escaped() -> None:
    """No id can end the HTML attribute that contains it."""
    assert 'deployment-id="d&quot;&gt;&lt;script&gt;"' in describe_page('d"><script>', "embed")["embed_html"]


@pytest.mark.parametrize(
    ("inputs", "mistakes"),
    [
        ({"channel": "embed"}, [("persona_id", "is missing: give persona_id, or persona")]),
        (
            {**EMBED, "allowed_origins": ["https://a.example/page"]},
            [
                (
                    "allowed_origins",
                    "must be origins such as https://www.example.com, without a path, not 'https://a.example/page'",
                )
            ],
        ),
        ({**EMBED, "limits": {"daily_call_limit": -1}}, [("limits.daily_call_limit", "must be at least 0, not -1")]),
    ],
)
def test_mistakes_are_named(inputs: dict[str, Any], mistakes: list[tuple[str, str]]) -> None:
    """Check names each mistake without a call to Tavus."""
    assert find_mistakes(DeploymentLifecycle, **inputs) == mistakes
