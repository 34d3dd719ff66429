"""Command `tavus-provider recordings`: list, link and download the recordings in a bucket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..api.errors import InputError
from ..dynamic.terminal import leave_terminal
from ..settings import Settings
from .comparison.stacks import PulumiError, Stacks
from .completion import complete_stacks
from .terminal import (
    cwd_option,
    format_count,
    format_examples,
    format_table,
    json_option,
    notify,
    print_json,
    report_errors,
    show_progress,
)

if TYPE_CHECKING:
    from ..recording.s3.recordings import Recording, Recordings

_OUTPUTS = ("recording_bucket_name", "bucket_name")
_COLUMNS = ("CONVERSATION", "TIME (UTC)", "SIZE", "DURATION", "KEY")
_WEEK = 7 * 24 * 3600
_BUCKET = re.compile(r"[\w.-]{3,255}", re.ASCII)


@click.command(
    epilog=format_examples(
        "recordings",
        {
            "dev": "what lies in the bucket of the stack dev",
            "dev --download KEY --to call.mp4": "download one of them, by its key in the list",
            "my-bucket --link KEY --expires 600": "a link that is good for ten minutes",
        },
    )
)
@click.argument("place", metavar="STACK_OR_BUCKET", shell_complete=complete_stacks)
@click.option("--link", metavar="KEY", help="Print a link to this recording, which anybody can open until it expires.")
@click.option(
    "--expires",
    type=click.IntRange(1, _WEEK),
    default=3600,
    show_default=True,
    help="Seconds until the link expires; it expires sooner if the credentials that sign it do.",
)
@click.option("--download", metavar="KEY", help="Download this recording; a download that was cut off is continued.")
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="File to download to; by default the key's last parts."
)
@cwd_option
@json_option
def recordings(place: str, cwd: Path, as_json: bool, link: str | None, **options: Any) -> None:
    """List the recordings in a bucket, by conversation.

    STACK_OR_BUCKET is a stack of the project in this folder, whose output `recording_bucket_name` or `bucket_name` names the
    bucket and whose configuration has the AWS settings, or else the name of a bucket. AWS credentials are those of the stack, or
    of the environment.
    """
    download, to = options["download"], options["to"]
    if (link and download) or (to and not download):
        raise click.UsageError("--link and --download cannot be given together, and --to needs --download")
    leave_terminal()  # a profile's credential_process may ask for something
    with report_errors():
        bucket = _find_bucket(place, Stacks(cwd.resolve()))
        if link:
            found = {"key": link, "url": bucket.link(link, options["expires"]), "expires_seconds": options["expires"]}
            text = [found["url"]]
        elif download:
            file = to or Path(_choose_file_name(download))
            _download(bucket, download, file)
            found, text = {"key": download, "file": str(file), "size": file.stat().st_size}, [str(file)]
        else:
            with show_progress("Reading") as progress:
                listed = bucket.list_all(progress)
            found, text = {"recordings": [_to_row(each) for each in listed]}, _to_table(listed)
    if as_json:
        print_json({"bucket": bucket.bucket, **found})
    else:
        notify(*text)


def _find_bucket(place: str, stacks: Stacks) -> Recordings:
    """Return the recordings in a stack's bucket, or in the bucket of this name."""
    from ..recording.s3.recordings import Recordings

    if not _is_stack(place, stacks):
        _require_bucket_name(place)
        return Recordings.find(Settings.load(lambda _: None).aws, place)
    outputs = stacks.outputs(place)
    bucket = next((outputs[name] for name in _OUTPUTS if name in outputs), None)
    if not bucket:
        raise InputError(f"could not find the bucket of stack {place!r}: it has no output {' or '.join(_OUTPUTS)}; give its name")
    return Recordings.find(Settings.load(stacks.configuration(place).get).aws, bucket)


def _require_bucket_name(place: str) -> None:
    """Raise InputError for what cannot be a bucket, not even one of before 2018, whose names were less strict."""
    if not _BUCKET.fullmatch(place):
        raise InputError(
            f"could not find {place!r}: the project in this folder has no such stack, and the name of a bucket has 3 to 63 "
            "lowercase letters, digits, dots and hyphens; name a stack, a bucket, or another folder with --cwd"
        )


def _is_stack(place: str, stacks: Stacks) -> bool:
    """Tell whether the project in the folder has such a stack."""
    try:
        # The name of a bucket has no slash.
        return "/" in place or any(place == name.rpartition("/")[2] for name in stacks.list_of_project())
    except PulumiError:
        # Without Pulumi there are no stacks, and the name of a bucket needs none.
        return False


def _choose_file_name(key: str) -> str:
    """Return the name of a file in the current folder, made of conversation and time."""
    name = "-".join(part for part in key.split("/")[-2:] if part not in ("", ".", ".."))
    return name if "." in name else f"{name}.mp4"


def _download(bucket: Recordings, key: str, to: Path) -> None:
    if to.exists():
        raise InputError(f"could not download {key!r}: the file {str(to)!r} exists already; name another one with --to")
    try:
        with show_progress("Downloading") as progress:
            bucket.download(key, to, progress)
    except OSError as error:
        raise InputError(f"could not download {key!r}: cannot write {str(to)!r}: {error.strerror}") from error


def _to_row(recording: Recording) -> dict[str, Any]:
    return {**asdict(recording), "last_modified": recording.last_modified.astimezone(UTC).isoformat()}


def _to_table(recordings: Sequence[Recording]) -> list[str]:
    from ..recording.s3.contents import format_size

    rows = [
        (
            each.conversation_id or None,
            each.last_modified.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            format_size(each.size),
            None if each.duration is None else str(timedelta(seconds=round(each.duration))),
            each.key,
        )
        for each in recordings
    ]
    total = f"{format_count(len(rows), 'recording')}, {format_size(sum(each.size for each in recordings))}"
    return [*format_table(_COLUMNS, rows), total]
