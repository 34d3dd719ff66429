"""The life of a deployment on the real engine."""

from __future__ import annotations

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import Change, ObjectSpec
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA

SPEC = ObjectSpec(
    resource="Deployment",
    path="/v2/deployments",
    id_field="deployment_id",
    given={
        "persona_id": PERSONA,
        "channel": "embed",
        "name": "Front desk",
        "password": "open-sesame",
        "allowed_origins": ["https://www.example.com"],
        "limits": {"daily_call_limit": 100, "max_call_duration": 600},
        "customization": {"theme": {"color": "blue"}},
    },
    updates=[
        Change({"name": "Reception"}, ['~ name: "Front desk" => "Reception"']),
        Change({"limits": {"daily_call_limit": 50, "max_call_duration": 600}}, ["~ daily_call_limit : 100 => 50"]),
        Change({"customization": {"theme": {"color": "red"}}}, ['~ color: "blue" => "red"']),
    ],
    by_hand=[{"op": "add", "path": "/limits/daily_call_limit", "value": 1000}],
    drifted=["~ daily_call_limit : 1000 => 100"],
    replacements=[Change({"channel": "widget"}, ['~ channel: "embed" => "widget"'])],
)
"""All inputs but the channel change in place."""


def test_limits_that_are_missing_are_a_warning(sandbox: Sandbox, stack: Stack) -> None:
    """The preview warns of missing limits, because each call of a visitor is billed."""
    stack.program(f"tavus.Deployment('desk', persona_id={PERSONA!r}, channel='widget')\n")

    assert "limits is missing: anybody who finds the page can start any number of calls, and each is billed" in stack.preview()
