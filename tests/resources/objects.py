"""What the tests of Tavus's objects share: their lifecycles against a local Tavus, and what Tavus was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from tavus_provider.lifecycle.lifecycle import URN, Props
from tavus_provider.lifecycle.settings import Settings
from tavus_provider.lifecycle.tavus_object import TavusObjectLifecycle
from tavus_provider.sandbox import Sandbox

Kind = TypeVar("Kind", bound=TavusObjectLifecycle)


def at(kind: type[Kind], url: str, key: str = "sandbox", **settings: Any) -> Kind:
    """Return what resources of a kind do at the Tavus at `url`."""
    return kind(Settings(api_key=key, base_url=url, **{"retry_timeout": 10.0, **settings}))


def inputs(**given: Any) -> Props:
    """Return inputs as a program sends them."""
    return {**given, URN: "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:Thing::thing"}


def mistakes(kind: type[TavusObjectLifecycle], **given: Any) -> list[tuple[str, str]]:
    """Return the mistakes in inputs."""
    return [(each.property, each.reason) for each in kind(Settings(api_key="k")).check(given)]


def brought(lifecycle: TavusObjectLifecycle, olds: Props, news: Props) -> tuple[str, Props]:
    """Create a thing with `olds`, update it to `news`, and return its id and outputs."""
    id_, outs = lifecycle.create(olds)
    return id_, lifecycle.update(id_, outs, news)


def sent(sandbox: Sandbox, method: str) -> list[Any]:
    """Return the bodies of all calls of a method."""
    return list(_sent(sandbox, method))


def _sent(sandbox: Sandbox, method: str) -> Iterator[Any]:
    for call in sandbox.control.calls():
        if call["method"] == method:
            yield call["body"]
