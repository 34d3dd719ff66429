"""Random JSON patches, which change an object completely or not at all."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.helpers import create_object

KINDS: dict[str, tuple[dict[str, Any], int]] = {
    "personas": ({"system_prompt": "Hi", "document_tags": ["a"], "layers": {"stt": {"hotwords": "Tavus"}}}, 422),
    "pronunciation-dictionaries": ({"name": "Terms", "rules": [{"text": "a", "pronunciation": "b", "type": "ipa"}]}, 422),
    "guardrails": ({"data": [{"guardrail_name": "a", "guardrail_prompt": "b"}]}, 400),
    "objectives": ({"data": [{"objective_name": "a", "objective_prompt": "b", "output_variables": ["c"]}]}, 400),
}

STEPS = [
    *("system_prompt", "document_tags", "layers", "stt", "hotwords", "conversational_flow", "name", "rules", "text", "data"),
    *("guardrail_name", "objective_name", "output_variables", "callback_url", "created_at", "0", "1", "-", "", "~0", "~2", "é"),
]
POINTERS = st.lists(st.sampled_from(STEPS), max_size=4).map(lambda steps: "".join(f"/{step}" for step in steps))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(STEPS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(STEPS), inner, max_size=2),
    max_leaves=4,
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "copy", "move", "test"]), "path": POINTERS},
    optional={"value": VALUES, "from": POINTERS},
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=st.lists(OPERATIONS, max_size=3))
def test_no_patch_breaks_anything(api: httpx.Client, kind: str, operations: list[dict[str, Any]]) -> None:
    """Any patch is answered with a documented status, and changes nothing unless that is 200."""
    body, malformed = KINDS[kind]
    path = f"/v2/{kind}/{next(value for name, value in create_object(api, kind, **body).items() if name.endswith('_id'))}"
    before = api.get(path).json()

    status = api.patch(path, json=operations).status_code

    assert status in (200, 304, 400, malformed)
    assert api.get(path).status_code == 200
    if status != 200:
        assert api.get(path).json() == before
