"""What each policy reports of a resource: nothing, or one sentence that says what to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tavus_provider.journal.recovery_names import DYNAMIC, NATIVE
from tavus_provider.native.registry import find_lifecycle
from tavus_provider.program.names import all_rows, rename_outside
from tavus_provider.schema.fields import table

Report = Callable[..., list[str]]

FINE: dict[str, tuple[str, dict[str, Any]]] = {
    "call-duration": ("Conversation", {"max_call_duration": 1800}),
    "deployment-limits": (
        "Deployment",
        {"limits": {"daily_call_limit": 9, "concurrent_call_limit": 2, "max_call_duration": 600}},
    ),
    "recording-retention": ("RecordingBucket", {"retention_days": 90}),
    "test-mode": ("Conversation", {"test_mode": True}),
    "eu-data": ("Conversation", {"region": "eu", "policy": "eu"}),
}
"""For each policy, a resource to which it has no objection in any stack."""


def spell(prefix: str, kind: str, props: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs as the engine has them for a plugin: numbers are floats, names of the native plugin camelCase."""
    inputs = rename_outside(all_rows(find_lifecycle(NATIVE + kind)), props) if prefix == NATIVE else dict(props)
    return {name: to_float(value) for name, value in inputs.items()}


def to_float(value: Any) -> Any:
    """Return a value with floats for integers."""
    if isinstance(value, dict):
        return {name: to_float(each) for name, each in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("name", FINE)
def test_policies_read_inputs_that_exist(name: str) -> None:
    """Each input that a policy reads is in a field table."""
    kind, props = FINE[name]
    rows = table(find_lifecycle(NATIVE + kind).args)
    assert props.keys() <= rows.spellings.keys()
    members = rows.find("limits") if "limits" in props else None
    assert members is None or props["limits"].keys() <= members.all_members.spellings.keys()


def test_each_policy_has_an_example(policies: Mapping[str, Any]) -> None:
    """The examples cover every policy, and each policy describes what it requires."""
    assert policies.keys() == FINE.keys()
    assert all(each.description.endswith(".") for each in policies.values())


@pytest.mark.parametrize("prefix", [DYNAMIC, NATIVE])
@pytest.mark.parametrize("name", FINE)
def test_policies_know_the_types_and_names_of_both_plugins(report: Report, name: str, prefix: str) -> None:
    """A resource that is as it should be is not reported, one without inputs is, and one of another type is not."""
    kind, props = FINE[name]
    assert report(name, prefix + kind, spell(prefix, kind, props), "dev") == []
    assert report(name, prefix + kind, {}, "dev") != []
    assert report(name, f"{prefix}Persona", {}, "dev") == []
    assert report(name, f"aws:index:{kind}", {}, "dev") == []


def test_a_call_has_a_limit(report: Report) -> None:
    """The policy requires a limit, up to the one in its configuration; without one Tavus ends the call after an hour."""
    call = f"{DYNAMIC}Conversation"
    missing = "max_call_duration is missing, so the call may last an hour: write at most 1800 seconds"
    assert report("call-duration", call, {}) == [missing]
    assert report("call-duration", call, {"max_call_duration": 3600.0}) == [
        "max_call_duration is 3600: write at most 1800 seconds",
    ]
    assert report("call-duration", call, {"max_call_duration": 3600.0}, maxSeconds=3600) == []


def test_a_deployment_has_limits(report: Report) -> None:
    """The report names limits that are missing or too large, with the plugin's names of inputs."""
    desk = f"{NATIVE}Deployment"
    given = {"dailyCallLimit": 50.0, "maxCallDuration": 3000.0}
    assert report("deployment-limits", desk, {"limits": given}) == [
        "limits lacks concurrentCallLimit: each call of a visitor is billed",
        "limits.maxCallDuration is 3000: write at most 1800 seconds",
    ]
    assert report("deployment-limits", desk, {"limits": given}, required=["daily_call_limit"], maxSeconds=3000) == []


def test_recordings_expire(report: Report) -> None:
    """The policy reports a bucket that keeps recordings for ever."""
    bucket = f"{DYNAMIC}RecordingBucket"
    assert report("recording-retention", bucket, {"tags": {}}) == [
        "retention_days is missing, so recordings stay for ever: write at most 90 days",
    ]
    assert report("recording-retention", bucket, {"retention_days": 365.0}) == ["retention_days is 365: write at most 90 days"]
    assert report("recording-retention", bucket, {"retention_days": 365.0}, maxDays=400) == []


def test_stacks_for_development_are_in_test_mode(report: Report) -> None:
    """The policy concerns stacks whose names match a pattern, and no others."""
    call = f"{NATIVE}Conversation"
    assert report("test-mode", call, {}, "dev-anna") == [
        "testMode is not True in the stack dev-anna, so the call is billed: write testMode=True",
    ]
    assert report("test-mode", call, {"testMode": False}, "prod") == []
    assert report("test-mode", call, {}, "prod", stacks="*") != []


def test_data_stays_in_the_eu(report: Report) -> None:
    """The policy requires processing in the EU, the AI Act's rules, and an explicit region of the bucket."""
    assert report("eu-data", f"{DYNAMIC}Conversation", {"region": "us"}) == [
        "region is us: write region='eu'",
        "policy is missing: write policy='eu'",
    ]
    bucket = f"{DYNAMIC}RecordingBucket"
    assert report("eu-data", bucket, {"region": "eu-central-1"}) == []
    assert report("eu-data", bucket, {"region": "us-east-1"}) == [
        "region is us-east-1: write the region of the bucket, such as 'eu-central-1'",
    ]
    assert report("eu-data", bucket, {}) == ["region is missing: write the region of the bucket, such as 'eu-central-1'"]
