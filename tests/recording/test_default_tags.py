"""Default tags of a stack, set as for pulumi-aws."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tavus_provider.api.errors import SettingsError
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.managed.lifecycle import ManagedLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import aws_settings, bucket_at, build

from .conftest import bucket_inputs, role_inputs

DEFAULT = {"owner": "media", "team": "none"}
Case = tuple[type[ManagedLifecycle[Any]], Callable[..., dict[str, object]]]
KINDS: list[Case] = [(RecordingBucketLifecycle, bucket_inputs), (RecordingRoleLifecycle, role_inputs)]


def lifecycle_with_tags(kind: type[ManagedLifecycle[Any]], proxy: AwsProxy, **tags: str) -> ManagedLifecycle[Any]:
    """Return the lifecycle of a bucket or role in a stack with these default tags."""
    return build(kind, aws_settings(proxy.url, defaultTags=json.dumps({"tags": tags}) if tags else ""))


@pytest.mark.parametrize("case", KINDS, ids=["bucket", "role"])
@pytest.mark.parametrize("tags", [{}, {"team": "video"}])
def test_the_program_s_tags_win(case: Case, proxy: AwsProxy, tags: dict[str, str]) -> None:
    """Default tags are added to the program's, which win, and a refresh finds no drift."""
    kind, inputs = case
    lifecycle, news = lifecycle_with_tags(kind, proxy, **DEFAULT), inputs(**({"tags": tags} if tags else {}))

    id_, outs = lifecycle.create(news)

    assert outs["tags"] == {**DEFAULT, **tags}
    assert lifecycle.read(id_, outs) == (id_, outs)
    assert lifecycle.diff(id_, outs, news).changes == ()


@pytest.mark.parametrize("case", KINDS, ids=["bucket", "role"])
def test_other_default_tags_are_an_update(case: Case, proxy: AwsProxy) -> None:
    """Other default tags are an update in place; without any, the program's tags remain."""
    kind, inputs = case
    news = inputs(tags={"team": "video"})
    id_, outs = lifecycle_with_tags(kind, proxy, **DEFAULT).create(news)
    lifecycle = lifecycle_with_tags(kind, proxy)

    assert (lifecycle.diff(id_, outs, news).changes, lifecycle.diff(id_, outs, news).replaces) == (("tags",), ())
    outs = lifecycle.update(id_, outs, news)
    assert outs["tags"] == {"team": "video"}
    assert lifecycle.read(id_, outs) == (id_, outs)


def test_tags_that_are_not_known_yet_are_no_mistake(proxy: AwsProxy) -> None:
    """Unknown tags count as changed in a preview, and are no error."""
    buckets = lifecycle_with_tags(RecordingBucketLifecycle, proxy, **DEFAULT)
    id_, outs = buckets.create(bucket_inputs())
    assert "tags" in buckets.diff(id_, outs, bucket_inputs(tags=UNKNOWN)).changes


@pytest.mark.parametrize("text", ["team", '["team"]', '{"tags": "team"}'])
def test_malformed_default_tags_say_how_they_are_set(proxy: AwsProxy, text: str) -> None:
    """The error for malformed default tags contains the command that sets them."""
    with pytest.raises(SettingsError, match="pulumi config set --path aws:defaultTags.tags.team video"):
        bucket_at(proxy.url, defaultTags=text).create(bucket_inputs())


def test_a_number_as_a_tag_is_a_string(proxy: AwsProxy) -> None:
    """`pulumi config set` stores digits as a number, and AWS has only strings."""
    _, outs = bucket_at(proxy.url, defaultTags='{"tags": {"year": 2026}}').create(bucket_inputs())
    assert outs["tags"] == {"year": "2026"}
