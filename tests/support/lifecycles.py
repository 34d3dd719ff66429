"""Lifecycles as tests build them: each belongs to one resource, by its URN, and talks to a local Tavus or a local AWS."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.journal.run import Run
from tavus_provider.lifecycle.base import Lifecycle, Props
from tavus_provider.lifecycle.context import Context
from tavus_provider.lifecycle.tavus_object import TavusObjectLifecycle
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.settings import Settings
from tavus_provider.testing.environment import ACCOUNT, REGION

Kind = TypeVar("Kind", bound=Lifecycle)
ObjectKind = TypeVar("ObjectKind", bound=TavusObjectLifecycle)

URN_PREFIX: Final = "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:"
CONVERSATION_URN: Final = f"{URN_PREFIX}Conversation::onboarding"
OBJECT_URN: Final = f"{URN_PREFIX}Thing::thing"
BUCKET_URN: Final = f"{URN_PREFIX}RecordingBucket::Recordings"
ROLE_URN: Final = f"{URN_PREFIX}RecordingRole::Recordings"


def build(kind: type[Kind], settings: Settings, urn: str = OBJECT_URN) -> Kind:
    """Build the lifecycle of the resource `urn`. All functions of this module use it."""
    return kind(Run(settings), Context(urn=urn))


def offline(kind: type[Kind], key: str = "k") -> Kind:
    """Build a lifecycle for what needs no network: check and diff."""
    return build(kind, Settings(api_key=key))


def object_at(kind: type[ObjectKind], url: str, *, key: str = "sandbox", urn: str = OBJECT_URN, **settings: Any) -> ObjectKind:
    """Build the lifecycle of an object at the Tavus at `url`."""
    return build(kind, Settings(api_key=key, base_url=url, **{"retry_timeout": 10.0, **settings}), urn)


def conversation_at(url: str, *, key: str = "sandbox", urn: str = CONVERSATION_URN, **settings: Any) -> ConversationLifecycle:
    """Build the lifecycle of a conversation at the Tavus at `url`; it waits for nothing unless `settings` have a timeout."""
    timeouts = {"retry_timeout": 10.0, "role_timeout": 0.0, "settle_timeout": 0.0, **settings}
    return build(ConversationLifecycle, Settings(api_key=key, base_url=url, **timeouts), urn)


def bucket_at(endpoint: str, **aws: str) -> RecordingBucketLifecycle:
    """Build the lifecycle of a bucket at the AWS at `endpoint`, with settings of pulumi-aws such as `profile`."""
    return build(RecordingBucketLifecycle, aws_settings(endpoint, **aws), BUCKET_URN)


def role_at(endpoint: str, **aws: str) -> RecordingRoleLifecycle:
    """Build the lifecycle of a role at the AWS at `endpoint`, with settings of pulumi-aws such as `profile`."""
    return build(RecordingRoleLifecycle, aws_settings(endpoint, **aws), ROLE_URN)


def aws_settings(endpoint: str, **aws: str) -> Settings:
    """Return settings for the AWS at `endpoint`, with credentials that it accepts unless others are given."""
    every = {"region": REGION, "endpoints": endpoint, "accessKey": ACCOUNT, "secretKey": "test", **aws}
    return Settings(aws=tuple((key, value) for key, value in every.items() if value), retry_timeout=5.0)


def find_mistakes(kind: type[Lifecycle], **inputs: Any) -> list[tuple[str, str]]:
    """Return what check finds wrong with inputs: properties and reasons."""
    return [(each.property, each.reason) for each in offline(kind).check(inputs)]


def create_and_update(lifecycle: Lifecycle, olds: Props, news: Props) -> tuple[str, Props]:
    """Create a resource with `olds`, update it to `news`, and return its id and outputs."""
    id_, outs = lifecycle.create(olds)
    return id_, lifecycle.update(id_, outs, news)
