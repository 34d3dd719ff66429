"""The policies. Each reports what is wrong with one resource and what to write instead.

Source: Pulumi docs, "Policy as Code", authoring policies in Python.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from typing import Any

from pulumi_policy import EnforcementLevel, PolicyConfigSchema, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy
from resources import is_resource, read, rename, stack_of

Validate = Callable[[Mapping[str, Any], ResourceValidationArgs, ReportViolation], None]
Settings = dict[str, dict[str, Any]]

MAX_SECONDS: dict[str, Any] = {"type": "integer", "minimum": 1, "default": 1800}


def policy(
    name: str,
    description: str,
    rules: Mapping[str, Validate],
    settings: Settings,
    level: EnforcementLevel | None = None,
) -> ResourceValidationPolicy:
    """Return a policy. rules: by the class of a resource, what validates its inputs. settings: JSON Schemas with defaults."""

    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        for kind, rule in rules.items():
            if is_resource(args.resource_type, kind):
                rule(args.props, args, lambda text, urn=None: report_violation(rename(args.resource_type, text), urn))

    return ResourceValidationPolicy(name, description, validate, level, PolicyConfigSchema(settings))


def setting(args: ResourceValidationArgs, name: str, default: Any) -> Any:
    """Return a setting of the policy, the default where the pack's configuration does not say it."""
    found = args.get_config().get(name)
    return default if found is None else found


def require_at_most(
    props: Mapping[str, Any], name: str, limit: float, report: ReportViolation, *, unit: str, otherwise: str
) -> None:
    """Report an input that is missing or larger than a limit. otherwise: what may happen without it."""
    value = read(props, name)
    if value is None:
        report(f"{name} is missing, so {otherwise}: write at most {limit:g} {unit}", None)
    elif value > limit:
        report(f"{name} is {value:g}: write at most {limit:g} {unit}", None)


def validate_duration(props: Mapping[str, Any], args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report a conversation without a limit of its length, or with a larger one than is allowed."""
    longest = setting(args, "maxSeconds", MAX_SECONDS["default"])
    require_at_most(props, "max_call_duration", longest, report, unit="seconds", otherwise="the call may last an hour")


def validate_limits(props: Mapping[str, Any], args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report a deployment that does not limit what its visitors start."""
    limits, longest = read(props, "limits") or {}, setting(args, "maxSeconds", MAX_SECONDS["default"])
    missing = [name for name in setting(args, "required", REQUIRED_LIMITS["default"]) if read(limits, name) is None]
    if missing:
        report(f"limits lacks {', '.join(missing)}: each call of a visitor is billed", None)
    seconds = read(limits, "max_call_duration")
    if seconds is not None and seconds > longest:
        report(f"limits.max_call_duration is {seconds:g}: write at most {longest:g} seconds", None)


def validate_retention(props: Mapping[str, Any], args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report a bucket whose recordings stay for ever, or longer than is allowed."""
    longest = setting(args, "maxDays", MAX_DAYS["default"])
    require_at_most(props, "retention_days", longest, report, unit="days", otherwise="recordings stay for ever")


def validate_test_mode(props: Mapping[str, Any], args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report a conversation of a stack for development that is billed."""
    pattern, stack = setting(args, "stacks", STACKS["default"]), stack_of(args.urn)
    if fnmatch.fnmatchcase(stack, pattern) and read(props, "test_mode") is not True:
        report(f"test_mode is not True in the stack {stack}, so the call is billed: write test_mode=True", None)


def validate_eu_call(props: Mapping[str, Any], args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report a conversation that is processed outside the EU, or without the rules of the EU's AI Act."""
    for name in ("region", "policy"):
        if read(props, name) != "eu":
            report(f"{name} is {read(props, name) or 'missing'}: write {name}='eu'", None)


def validate_eu_bucket(props: Mapping[str, Any], args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report a bucket outside the EU, or one whose region depends on who runs Pulumi."""
    region = read(props, "region")
    if not str(region or "").startswith("eu-"):
        report(f"region is {region or 'missing'}: write the region of the bucket, such as 'eu-central-1'", None)


REQUIRED_LIMITS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "string"},
    "default": ["daily_call_limit", "concurrent_call_limit", "max_call_duration"],
}
MAX_DAYS: dict[str, Any] = {"type": "integer", "minimum": 1, "default": 90}
STACKS: dict[str, Any] = {"type": "string", "default": "dev*"}

POLICIES = [
    policy(
        "call-duration",
        "A conversation says how long it may last, in seconds.",
        {"Conversation": validate_duration},
        {"maxSeconds": MAX_SECONDS},
    ),
    policy(
        "deployment-limits",
        "A deployment limits what its visitors may start.",
        {"Deployment": validate_limits},
        {"required": REQUIRED_LIMITS, "maxSeconds": MAX_SECONDS},
    ),
    policy(
        "recording-retention",
        "Recordings expire.",
        {"RecordingBucket": validate_retention},
        {"maxDays": MAX_DAYS},
    ),
    policy(
        "test-mode",
        "Conversations of stacks for development are in test mode, which costs nothing.",
        {"Conversation": validate_test_mode},
        {"stacks": STACKS},
    ),
    policy(
        "eu-data",
        "Calls are processed and recordings are kept in the EU.",
        {"Conversation": validate_eu_call, "RecordingBucket": validate_eu_bucket},
        {},
        EnforcementLevel.DISABLED,
    ),
]
