"""The command `tavus-provider recordings`: what a bucket holds of each conversation, and how to get it."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..api.errors import InputError
from ..lifecycle.settings import Settings
from .listing import shown
from .pulumi_command import PulumiCommand, PulumiFailed
from .terminal import errors_in_one_line

if TYPE_CHECKING:
    from ..recording.s3.recordings import Recording, Recordings

_OUTPUTS = ("recording_bucket_name", "bucket_name")
_COLUMNS = ("CONVERSATION", "TIME (UTC)", "SIZE", "DURATION", "KEY")
_WEEK = 7 * 24 * 3600


@click.command()
@click.argument("place", metavar="STACK_OR_BUCKET")
@click.option("--link", metavar="KEY", help="Print a link to this recording, which anybody can open until it expires.")
@click.option(
    "--expires",
    type=click.IntRange(1, _WEEK),
    default=3600,
    show_default=True,
    help="Seconds after which the link, or before it the credentials that made it, expire.",
)
@click.option("--download", metavar="KEY", help="Download this recording; a download that was cut off goes on.")
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="File to download to; by default the key's last parts."
)
@click.option(
    "--cwd",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder of the Pulumi project; by default the current one.",
)
@click.option("--json", "machine", is_flag=True, help="List as JSON.")
def recordings(place: str, cwd: Path, machine: bool, link: str | None, **given: Any) -> None:
    """List the recordings in a bucket, by conversation.

    STACK_OR_BUCKET is a stack of the project in this folder, whose output `recording_bucket_name` or `bucket_name` names the
    bucket and whose configuration has the AWS settings, or else the name of a bucket. AWS credentials are those of the stack, or
    of the environment.
    """
    download, to = given["download"], given["to"]
    if sum(map(bool, (link, download, machine))) > 1 or (to and not download):
        raise click.UsageError("--link, --download and --json cannot be given together, and --to needs --download")
    with errors_in_one_line():
        found = _opened(place, PulumiCommand(cwd.resolve()))
        if link:
            click.echo(found.link(link, given["expires"]))
        elif download:
            _download(found, download, to or Path(_file_name(download)))
        else:
            click.echo(_as_json(found) if machine else _as_table(found.list_all()))


def _opened(place: str, pulumi: PulumiCommand) -> Recordings:
    from ..recording.s3.recordings import Recordings

    if not _is_stack(place, pulumi):
        return Recordings.find(Settings.load(lambda _: None).aws, place)
    outputs = pulumi.outputs(place)
    bucket = next((outputs[name] for name in _OUTPUTS if name in outputs), None)
    if not bucket:
        raise InputError(f"could not find the bucket of stack {place!r}: it has no output {' or '.join(_OUTPUTS)}; give its name")
    return Recordings.find(Settings.load(pulumi.configuration(place).get).aws, bucket)


def _is_stack(place: str, pulumi: PulumiCommand) -> bool:
    """Tell whether the project in the folder has such a stack; a name with a slash can be nothing else."""
    try:
        return "/" in place or any(place == name.rpartition("/")[2] for name in pulumi.project_stacks())
    except PulumiFailed:
        return False


def _file_name(key: str) -> str:
    """Name the file after conversation and time, in the current folder."""
    name = "-".join(part for part in key.split("/")[-2:] if part not in ("", ".", ".."))
    return name if "." in name else f"{name}.mp4"


def _download(found: Recordings, key: str, to: Path) -> None:
    if to.exists():
        raise InputError(f"could not download {key!r}: the file {str(to)!r} is there already; name another one with --to")
    with _bar(shown(to.name)) as progress:
        found.download(key, to, progress)
    click.echo(str(to))


@contextlib.contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what is told how many bytes of how many are there; without a terminal only the label is shown."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def progress(have: int, size: int) -> None:
            bar.length = max(size, 1)
            bar.update(have - bar.pos)

        yield progress


def _as_json(found: Recordings) -> str:
    rows = [{**asdict(each), "last_modified": each.last_modified.astimezone(UTC).isoformat()} for each in found.list_all()]
    return json.dumps({"bucket": found.bucket, "recordings": rows}, indent=2)


def _as_table(found: Sequence[Recording]) -> str:
    from ..recording.s3.contents import format_size

    rows = [
        (
            shown(each.conversation_id) or "-",
            each.last_modified.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            format_size(each.size),
            "-" if each.duration is None else str(timedelta(seconds=round(each.duration))),
            shown(each.key),
        )
        for each in found
    ]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in (_COLUMNS, *rows)]
    noun = "recording" if len(rows) == 1 else "recordings"
    return "\n".join([*(lines if rows else []), f"{len(rows)} {noun}, {format_size(sum(each.size for each in found))}"])
