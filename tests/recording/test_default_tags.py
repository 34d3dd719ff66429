"""Tags that a stack gives to all it makes, set as for pulumi-aws."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tavus_provider.api.errors import SettingsError
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.managed_lifecycle import ManagedLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.aws_proxy import Wire
from tests.support.lifecycles import aws_settings, bucket_at, build

from .conftest import bucket_inputs, role_inputs

DEFAULT = {"owner": "media", "team": "none"}
Case = tuple[type[ManagedLifecycle[Any]], Callable[..., dict[str, object]]]
KINDS: list[Case] = [(RecordingBucketLifecycle, bucket_inputs), (RecordingRoleLifecycle, role_inputs)]


def tagging(kind: type[ManagedLifecycle[Any]], wire: Wire, **tags: str) -> ManagedLifecycle[Any]:
    """Return what buckets or roles do in a stack with these default tags."""
    return build(kind, aws_settings(wire.url, defaultTags=json.dumps({"tags": tags}) if tags else ""))


@pytest.mark.parametrize("case", KINDS, ids=["bucket", "role"])
@pytest.mark.parametrize("tags", [{}, {"team": "video"}])
def test_the_program_s_tags_win(case: Case, wire: Wire, tags: dict[str, str]) -> None:
    """Both are there, a refresh finds them, and nothing is left to do."""
    kind, inputs = case
    things, news = tagging(kind, wire, **DEFAULT), inputs(**({"tags": tags} if tags else {}))

    id_, outs = things.create(news)

    assert outs["tags"] == {**DEFAULT, **tags}
    assert things.read(id_, outs) == (id_, outs)
    assert things.diff(id_, outs, news).changes == ()


@pytest.mark.parametrize("case", KINDS, ids=["bucket", "role"])
def test_other_default_tags_are_an_update(case: Case, wire: Wire) -> None:
    """In place; without any, those of the program remain."""
    kind, inputs = case
    news = inputs(tags={"team": "video"})
    id_, outs = tagging(kind, wire, **DEFAULT).create(news)
    things = tagging(kind, wire)

    assert (things.diff(id_, outs, news).changes, things.diff(id_, outs, news).replaces) == (("tags",), ())
    outs = things.update(id_, outs, news)
    assert outs["tags"] == {"team": "video"}
    assert things.read(id_, outs) == (id_, outs)


def test_tags_that_are_not_known_yet_are_no_mistake(wire: Wire) -> None:
    """In a preview they count as changed."""
    buckets = tagging(RecordingBucketLifecycle, wire, **DEFAULT)
    id_, outs = buckets.create(bucket_inputs())
    assert "tags" in buckets.diff(id_, outs, bucket_inputs(tags=UNKNOWN)).changes


@pytest.mark.parametrize("text", ["team", '["team"]', '{"tags": "team"}', '{"tags": {"team": 1}}'])
def test_what_is_no_tags_says_how_they_are_set(wire: Wire, text: str) -> None:
    """With the command."""
    with pytest.raises(SettingsError, match="pulumi config set --path aws:defaultTags.tags.team video"):
        bucket_at(wire.url, defaultTags=text).create(bucket_inputs())
