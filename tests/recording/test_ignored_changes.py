"""Changes by hand show under a property; `ignore_changes` and `aws:ignoreTags` leave them as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi.runtime
import pytest

from tavus_provider.api.errors import SettingsError
from tavus_provider.lifecycle.base import IDENTITY, Props
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.managed.lifecycle import ManagedLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import bucket_at, role_at

from .conftest import bucket_inputs, role_inputs
from .iam import test_role as role_drift
from .s3 import test_bucket_drift as bucket_drift
from .test_storage_aws import Engine, Monitor, program_of, run

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

THEIRS = {"cost-centre": "42", "org:unit": "7"}
"""Tags that somebody else sets."""


def refresh(lifecycle: ManagedLifecycle[Any], id_: str, outs: Props) -> tuple[Props, Props]:
    """Return the inputs and outputs that a refresh reports."""
    _, found = lifecycle.read(id_, outs) or ("", {})
    return lifecycle.read_inputs(found), found


def plan(lifecycle: ManagedLifecycle[Any], olds: Props, news: Props, *ignored: str) -> Props:
    """Return the inputs of an `up`: the engine gives ignored ones their previous value, then asks check what else there is."""
    given = {name: value for name, value in {**news, **{each: olds.get(each) for each in ignored}}.items() if value is not None}
    return {**given, **lifecycle.complete_inputs(olds, given)}


def assert_ignorable(lifecycle: ManagedLifecycle[Any], news: Props, by_hand: Any, setting: str, proxy: AwsProxy) -> None:
    """Assert that a change by hand shows under `setting`, and that an update in which that is ignored leaves it alone."""
    id_, outs = lifecycle.create(news)
    by_hand(outs)
    inputs, drifted = refresh(lifecycle, id_, outs)

    assert inputs.get(setting) != outs[setting]
    shown = plan(lifecycle, inputs, news)
    assert shown.get(setting, outs[setting]) == outs[setting]

    ignoring = plan(lifecycle, inputs, news, setting)
    assert lifecycle.diff(id_, drifted, ignoring).changes == ()
    proxy.forget()
    kept = lifecycle.update(id_, drifted, ignoring)
    assert proxy.writes() == []
    assert IDENTITY not in kept
    assert refresh(lifecycle, id_, kept)[0].get(setting) == inputs.get(setting)


@pytest.mark.parametrize("case", bucket_drift.BY_HAND)
def test_each_setting_of_a_bucket_can_be_ignored(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, case: tuple[str, bucket_drift.By, str]
) -> None:
    """A change by hand shows under its property; if that property is ignored, this and later updates leave the change alone."""
    setting, by_hand, _ = case
    assert_ignorable(buckets, bucket_drift.NEWS, lambda outs: by_hand(s3, outs["bucket_name"]), setting, proxy)


@pytest.mark.parametrize("case", role_drift.BY_HAND)
def test_each_setting_of_a_role_can_be_ignored(
    roles: RecordingRoleLifecycle, iam: IAMClient, proxy: AwsProxy, case: tuple[str, role_drift.By, list[str]]
) -> None:
    """A change by hand shows under its property; if that property is ignored, this and later updates leave the change alone."""
    setting, by_hand, _ = case
    assert_ignorable(roles, role_drift.NEWS, lambda outs: by_hand(iam, outs["role_name"]), setting, proxy)


def test_what_an_input_would_cause_shows_under_it_too(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy) -> None:
    """A changed retention shows under `retention_days` as well; to ignore either of the two is to leave it."""
    id_, outs = buckets.create(bucket_drift.NEWS)
    rules = [{**rule, **({"Expiration": {"Days": 1}} if rule["ID"] == "recordings" else {})} for rule in outs["lifecycle_rules"]]
    put_rules(s3, id_, rules)
    inputs, drifted = refresh(buckets, id_, outs)

    assert {name for name in inputs if inputs[name] != bucket_drift.NEWS.get(name)} == {
        "retention_days",
        "lifecycle_rules",
        IDENTITY,
    }
    assert inputs["retention_days"] == 1
    proxy.forget()
    for ignored in ("retention_days", "lifecycle_rules"):
        news = plan(buckets, inputs, bucket_drift.NEWS, ignored)
        assert buckets.diff(id_, drifted, news).changes == ()
        buckets.update(id_, drifted, news)
    assert proxy.writes() == []
    assert buckets.diff(id_, drifted, plan(buckets, inputs, bucket_drift.NEWS)).changes == ("lifecycle_rules",)
    assert refresh(buckets, id_, drifted) == (inputs, drifted)


@pytest.mark.parametrize("given", [{}, {"description": "Ours."}])
def test_an_emptied_string_can_be_ignored(roles: RecordingRoleLifecycle, iam: IAMClient, given: dict[str, str]) -> None:
    """An empty description, which counts as not given in a program, stays empty if changes of it are ignored."""
    arn, outs = roles.create(role_inputs(**given))
    iam.update_role(RoleName=outs["role_name"], Description="", MaxSessionDuration=43200)
    inputs, drifted = refresh(roles, arn, outs)

    assert roles.diff(arn, drifted, plan(roles, inputs, role_inputs(**given))).changes == ("description",)
    assert roles.diff(arn, drifted, plan(roles, inputs, role_inputs(**given), "description")).changes == ()


def test_inputs_that_did_not_drift_are_those_of_the_program(
    buckets: RecordingBucketLifecycle, roles: RecordingRoleLifecycle
) -> None:
    """A refresh that finds nothing reports the program's inputs: no default, no chosen name, no setting."""
    for lifecycle, news in ((buckets, bucket_drift.NEWS), (roles, role_drift.NEWS)):
        id_, outs = lifecycle.create(news)
        assert refresh(lifecycle, id_, outs) == (news, outs)


def test_default_tags_show_and_are_kept(proxy: AwsProxy, iam: IAMClient) -> None:
    """Default tags are inputs, so that their removal by hand shows; the stack has them even if changes of `tags` are ignored."""
    roles, news = role_at(proxy.url, defaultTags=json.dumps({"tags": {"owner": "media"}})), role_inputs(tags={"team": "video"})
    arn, outs = roles.create(news)
    iam.untag_role(RoleName=outs["role_name"], TagKeys=["owner"])
    iam.tag_role(RoleName=outs["role_name"], Tags=[{"Key": "team", "Value": "theirs"}])
    inputs, _ = refresh(roles, arn, outs)

    assert inputs["tags"] == {"team": "theirs"}
    assert plan(roles, inputs, news)["tags"] == {"team": "video", "owner": "media"}
    assert plan(roles, inputs, news, "tags")["tags"] == {"team": "theirs", "owner": "media"}


def test_what_a_storage_on_pulumi_aws_ignores_its_parts_ignore() -> None:
    """The component passes the option on to its children, which do not inherit it."""
    monitor = Monitor(Engine({}))
    pulumi.runtime.set_mocks(monitor.mocks, preview=False, monitor=monitor)
    run(program_of({"opts": pulumi.ResourceOptions(ignore_changes=["tags"])}, {}))

    assert monitor.ignored["Bucket"] == monitor.ignored["Role"] == ["tags"]


IGNORED = json.dumps({"keys": ["cost-centre"], "keyPrefixes": ["org:"]})


def test_ignored_tags_of_a_bucket_stay(proxy: AwsProxy, s3: S3Client) -> None:
    """Tags that the stack ignores are neither drift nor removed, by other tags or by none, although S3 replaces all at once."""
    before, buckets = bucket_at(proxy.url), bucket_at(proxy.url, ignoreTags=IGNORED)
    id_, outs = before.create(bucket_inputs(tags={"team": "video", **THEIRS}))

    assert buckets.diff(id_, outs, bucket_inputs(tags={"team": "video"})).changes == ()
    outs = buckets.update(id_, outs, bucket_inputs(tags={"team": "audio", "org:unit": "ours"}))
    assert tags_of(s3, id_) == {"team": "audio", **THEIRS}
    assert refresh(buckets, id_, outs) == ({"tags": {"team": "audio"}}, outs)
    outs = buckets.update(id_, outs, bucket_inputs())
    assert tags_of(s3, id_) == THEIRS
    assert refresh(buckets, id_, outs) == ({}, outs)


def test_ignored_tags_of_a_role_stay(proxy: AwsProxy, iam: IAMClient) -> None:
    """Tags that the stack ignores are neither drift nor removed, and calls name the others only."""
    roles = role_at(proxy.url, ignoreTags=IGNORED, defaultTags=json.dumps({"tags": {"cost-centre": "ours"}}))
    arn, outs = roles.create(role_inputs(tags={"team": "video"}))
    name = outs["role_name"]
    assert iam.list_role_tags(RoleName=name)["Tags"] == [{"Key": "team", "Value": "video"}]
    iam.tag_role(RoleName=name, Tags=[{"Key": key, "Value": value} for key, value in THEIRS.items()])

    assert refresh(roles, arn, outs) == (role_inputs(tags={"team": "video"}), outs)
    roles.update(arn, outs, role_inputs())
    assert {tag["Key"]: tag["Value"] for tag in iam.list_role_tags(RoleName=name)["Tags"]} == THEIRS


@pytest.mark.parametrize("text", ["cost-centre", '["cost-centre"]', '{"keys": 1}', '{"keys": "cost-centre"}'])
def test_malformed_ignored_tags_say_how_they_are_set(proxy: AwsProxy, text: str) -> None:
    """The error contains the command that sets them."""
    with pytest.raises(SettingsError, match=r"pulumi config set --path 'aws:ignoreTags.keys\[0\]' cost-centre"):
        bucket_at(proxy.url, ignoreTags=text).create(bucket_inputs(tags={"team": "video"}))


def put_rules(s3: S3Client, name: str, rules: list[Any]) -> None:
    """Write lifecycle rules for all objects."""
    every: Any = [{"Filter": {"Prefix": ""}, **rule} for rule in rules]
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": every})


def tags_of(s3: S3Client, name: str) -> dict[str, str]:
    """Return a bucket's tags."""
    return {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]}
