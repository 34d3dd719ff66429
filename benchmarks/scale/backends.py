"""Group "backends": the same conversations with their state in files, and in a bucket of S3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import boto3

from ..local import LocalAws, local_aws
from ..samples import Sample
from ..stacks import Workspace
from .fleet import WRITTEN, Fleet
from .options import Options

_BUCKET = "states"
_REGION = "us-east-1"
_STACKS = 5
"""Stacks side by side, where each call takes time."""


def measure(workspace: Workspace, options: Options) -> Iterator[Sample]:
    """Create and end the conversations with their state in each backend."""
    for name in options.written:
        yield from _measure_life(Fleet.copy(workspace, **WRITTEN[name]), options.stored, f"files {name}")
    for delay in options.delays:
        with local_aws(delay, workspace.folder / "aws.log") as aws:
            yield from _measure_in(workspace, options, aws, delay)


def _measure_in(workspace: Workspace, options: Options, aws: LocalAws, delay: float) -> Iterator[Sample]:
    backend = {"PULUMI_BACKEND_URL": _make_bucket(aws, workspace)}
    layouts = [(1, name) for name in options.written] + ([(_STACKS, "steps")] if delay else [])
    for stacks, name in layouts:
        fleet = Fleet.copy(workspace, **backend, **WRITTEN[name])
        for sample in _measure_life(fleet, options.stored, f"S3 {name}", stacks, aws):
            yield replace(sample, delay=delay)


def _measure_life(fleet: Fleet, size: int, kind: str, stacks: int = 1, aws: LocalAws | None = None) -> Iterator[Sample]:
    fleet.declare(size)
    for what in ("up", "destroy"):
        calls = aws.calls() if aws else 0
        values = fleet.bring_up(stacks) if what == "up" else fleet.take_down()
        stored = {"state_calls": aws.calls() - calls} if aws else {}
        yield Sample("backends", what, kind, size, parallel=stacks, values={**values, **stored})


def _make_bucket(aws: LocalAws, workspace: Workspace) -> str:
    """Create a bucket; return the address of the backend in it."""
    keys = {f"aws_{name}": workspace.environment[f"AWS_{name.upper()}"] for name in ("access_key_id", "secret_access_key")}
    boto3.client("s3", endpoint_url=aws.url, region_name=_REGION, **keys).create_bucket(Bucket=_BUCKET)  # type: ignore[call-overload]
    return f"s3://{_BUCKET}?endpoint={urlsplit(aws.url).netloc}&disableSSL=true&s3ForcePathStyle=true&region={_REGION}"
