"""Outputs of mocked creates, made from the inputs and from the examples that outputs declare."""

from __future__ import annotations

import hashlib
from typing import Any

from ..lifecycle.base import Lifecycle, Props
from ..lifecycle.tavus_object import TavusObjectLifecycle
from ..recording.managed.lifecycle import ManagedLifecycle
from ..schema.outputs import Out, find_outputs, outputs_table
from .environment import ACCOUNT, REGION


def make_outputs(lifecycle: Lifecycle, name: str, news: Props, id_: str = "") -> tuple[str, Props]:
    """Return id and outputs of a resource with the inputs `news`; the same name always gives the same.

    name: by which the program knows the resource. id_: of one that exists already.
    """
    if isinstance(lifecycle, ManagedLifecycle):
        return _make_aws_outputs(lifecycle, name, news)
    field = getattr(lifecycle, "id_field", "conversation_id")
    declared = find_outputs(lifecycle.state)
    words = {"digits": _digits(lifecycle.name, name, 12), "name": _choose_name(lifecycle, name)}
    id_ = id_ or news.get(f"existing_{field}") or declared[field].example.format(**words)
    kinds = {row.name: row.kind for row in outputs_table(lifecycle.state)}
    answer = {each: _make_output(kinds[each], out, news, {**words, "id": id_}) for each, out in declared.items()}
    answer |= {field: id_} | ({"status": "ended"} if news.get("test_mode") else {})
    if isinstance(lifecycle, TavusObjectLifecycle):
        answer = lifecycle.select_outputs(id_, answer, news)
    return id_, {**{each: value for each, value in answer.items() if value is not None}, **news}


def _make_output(kind: type, out: Out, news: Props, words: Props) -> Any:
    given = news.get(out.needs)
    if out.needs and kind is bool:
        return bool(given)
    if out.needs and (not given or not out.example):
        return given
    example = out.example.format(**words)
    return [example] if example and kind is list else example or None


def _make_aws_outputs(lifecycle: ManagedLifecycle[Any], name: str, news: Props) -> tuple[str, Props]:
    """Return what a create returns where AWS has no objection: settings are as the inputs ask for."""
    location = {"region": news.get("region") or REGION, "account_id": ACCOUNT}
    chosen = news.get(lifecycle.name_input) or _choose_name(lifecycle, lifecycle.sanitize_name(name))
    identity = lifecycle.identify(chosen, location)
    if "role_name" in identity:
        path = news.get("path") or "/"
        identity["role_arn"] = f"arn:{identity['partition']}:iam::{ACCOUNT}:role{path}{chosen}"
    if "existing_bucket" in news:
        identity["adopted"] = True
    spec = lifecycle.spec(news, identity)
    outs = {**lifecycle.fixed_outputs(spec), **lifecycle.handle(spec).desired(spec)}
    return str(outs[lifecycle.id_output]), {**news, **outs}


def _choose_name(lifecycle: Lifecycle, name: str) -> str:
    return f"{name}-{_digits(lifecycle.name, name, 7)}"


def _digits(kind: str, name: str, count: int) -> str:
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()[:count]
