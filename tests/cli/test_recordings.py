"""Command `tavus-provider recordings`: lists, links and downloads."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import httpx
import pytest
from click.testing import CliRunner

from tavus_provider.cli.main import cli
from tests.cli.conftest import InstallPulumi, Run, configuration_json, list_stacks
from tests.support.aws.proxy import AwsProxy, serve_aws_proxy
from tests.support.terminal import run_at_terminal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "recordings-of-tests"
CONTENT = b"0123456789" * 1000
KEY = "c0ffee/1795000000000"


@pytest.fixture
def s3(aws: str) -> S3Client:
    """Return a client of an AWS with one bucket."""
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


@pytest.fixture
def proxy(aws: str, install_pulumi: InstallPulumi) -> Iterator[AwsProxy]:
    """Let a stack named shop/dev reach AWS through a proxy that records calls."""
    with serve_aws_proxy(aws) as proxy:
        configuration = configuration_json({"aws:region": "eu-west-1", "aws:endpoints": proxy.url})
        install_pulumi(f"""
case "$*" in
  *"stack output"*) echo '{{"bucket_name": "{BUCKET}"}}' ;;
  *"config "*) echo '{configuration}' ;;
esac""")
        yield proxy


@pytest.fixture
def run(s3: S3Client, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `tavus-provider recordings` in an empty folder, without Pulumi."""
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(cli, ["recordings", *args])


def test_recordings_are_listed_by_conversation(run: Run, s3: S3Client) -> None:
    """The list has the conversation, time and size of each recording, its duration where the object has it, and the sum."""
    s3.put_object(Bucket=BUCKET, Key="calls/b/2", Body=b"0" * 1500, Metadata={"duration": "61.4"})
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)
    s3.put_object(Bucket=BUCKET, Key="stray", Body=b"", Metadata={"duration": "long"})
    lines = run(BUCKET).output.splitlines()

    assert lines[0].split("  ")[0] == "CONVERSATION"
    rows = {line.split()[-1]: line.split() for line in lines[1:-1]}
    assert rows["calls/b/2"][0] == "b"
    assert rows["calls/b/2"][3:6] == ["1.5", "kB", "0:01:01"]
    assert rows[KEY][0] == "c0ffee"
    assert rows[KEY][3:6] == ["10", "kB", "-"]
    assert rows["stray"][0] == rows["stray"][-2] == "-"
    assert lines[-1] == "3 recordings, 11.5 kB"


def test_json_has_the_same(run: Run, s3: S3Client) -> None:
    """JSON has times in ISO 8601, and null for an unknown duration."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)
    found = json.loads(run(BUCKET, "--json").output)

    assert found["bucket"] == BUCKET
    (row,) = found["recordings"]
    assert row.pop("last_modified").endswith("+00:00")
    assert row == {"key": KEY, "conversation_id": "c0ffee", "size": len(CONTENT), "duration": None}


def test_json_has_a_link_and_what_was_downloaded(run: Run, s3: S3Client, tmp_path: Path) -> None:
    """With the bucket and the key; the link works."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)
    link = json.loads(run(BUCKET, "--link", KEY, "--expires", "60", "--json").stdout)
    assert httpx.get(link.pop("url")).content == CONTENT
    assert link == {"bucket": BUCKET, "key": KEY, "expires_seconds": 60}
    downloaded = json.loads(run(BUCKET, "--download", KEY, "--to", "call.mp4", "--json").stdout)
    assert downloaded == {"bucket": BUCKET, "key": KEY, "file": "call.mp4", "size": len(CONTENT)}


def test_an_empty_bucket_is_no_error(run: Run) -> None:
    """An empty bucket has an empty list."""
    assert run(BUCKET).output == "0 recordings, 0 bytes\n"


def test_more_than_a_page_is_listed(run: Run, s3: S3Client) -> None:
    """The list is complete although S3 returns a thousand objects at a time."""
    for number in range(1001):
        s3.put_object(Bucket=BUCKET, Key=f"c/{number}", Body=b"")
    assert run(BUCKET).output.splitlines()[-1] == "1001 recordings, 0 bytes"


def test_a_link_opens_without_credentials(run: Run, s3: S3Client) -> None:
    """A link works without credentials for the time of --expires; its signature also suits objects encrypted with KMS."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)
    link = run(BUCKET, "--link", KEY, "--expires", "60").output.strip()

    signed = httpx.URL(link).params
    assert (signed["X-Amz-Algorithm"], signed["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", "60")
    assert httpx.get(link).content == CONTENT


def test_a_download_has_the_name_of_conversation_and_time(run: Run, s3: S3Client, tmp_path: Path) -> None:
    """A download is complete, leaves no partial file, and does not overwrite an existing file."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)
    printed = run(BUCKET, "--download", KEY)

    assert printed.output.splitlines()[-1] == "c0ffee-1795000000000.mp4"
    assert (tmp_path / "c0ffee-1795000000000.mp4").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.glob("*.part")] == []
    again = run(BUCKET, "--download", KEY)
    assert again.exit_code == 1
    assert "exists already; name another one with --to" in again.output
    assert run(BUCKET, "--download", KEY, "--to", "other.mp4").exit_code == 0


def test_a_download_that_was_cut_off_is_continued(run: Run, s3: S3Client, proxy: AwsProxy, tmp_path: Path) -> None:
    """A repeated download requests only the missing part."""
    etag = s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)["ETag"].strip('"')
    (tmp_path / f"call.mp4.{etag}.part").write_bytes(CONTENT[:4000])
    run("shop/dev", "--download", KEY, "--to", "call.mp4")

    assert (tmp_path / "call.mp4").read_bytes() == CONTENT
    assert proxy.headers[-1]["range"] == "bytes=4000-"


def test_a_part_of_another_recording_is_not_continued(run: Run, s3: S3Client, proxy: AwsProxy, tmp_path: Path) -> None:
    """A recording that was replaced meanwhile is downloaded from its beginning."""
    (tmp_path / f"call.mp4.{hashlib.md5(b'old').hexdigest()}.part").write_bytes(b"old")  # noqa: S324 - as S3 has it
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)
    run("shop/dev", "--download", KEY, "--to", "call.mp4")

    assert (tmp_path / "call.mp4").read_bytes() == CONTENT
    assert proxy.headers[-1]["range"] == "bytes=0-"


@pytest.mark.parametrize("wrong", [b"x" * 4000, b"x" * (len(CONTENT) + 1)])
def test_a_file_that_differs_from_the_object_is_deleted(run: Run, s3: S3Client, tmp_path: Path, wrong: bytes) -> None:
    """The command deletes the file, and the next download begins at the first byte."""
    etag = s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)["ETag"].strip('"')
    (tmp_path / f"call.mp4.{etag}.part").write_bytes(wrong)
    refused = run(BUCKET, "--download", KEY, "--to", "call.mp4")

    assert refused.exit_code == 1
    assert "the file differs from the object in the bucket; try again, which downloads all of it" in refused.output
    assert list(tmp_path.glob("call*")) == []
    assert run(BUCKET, "--download", KEY, "--to", "call.mp4").exit_code == 0


def test_an_empty_recording_is_an_empty_file(run: Run, s3: S3Client, tmp_path: Path) -> None:
    """The command requests an empty object without a range, which S3 would refuse."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"")
    assert run(BUCKET, "--download", KEY, "--to", "call.mp4").exit_code == 0
    assert (tmp_path / "call.mp4").read_bytes() == b""


@pytest.mark.parametrize("output", ["recording_bucket_name", "bucket_name"])
def test_a_stack_of_the_project_names_its_bucket(
    run: Run, s3: S3Client, install_pulumi: InstallPulumi, tmp_path: Path, output: str
) -> None:
    """The stack's outputs have the bucket, and its configuration has the AWS settings."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    install_pulumi(f"""
case "$*" in
  *"stack ls"*) echo '{list_stacks("organization/shop/dev")}' ;;
  *"stack output"*) echo '{{"{output}": "{BUCKET}"}}' ;;
  *"config "*) echo '{configuration_json({"aws:region": "eu-west-1"})}' ;;
esac""")
    for name in ("dev", "organization/shop/dev"):
        assert KEY in run(name).output
    assert KEY in run(BUCKET).output


def test_a_stack_without_such_an_output_is_refused(run: Run, install_pulumi: InstallPulumi) -> None:
    """The error names the outputs, and what to give instead."""
    install_pulumi("echo '{}'")
    refused = run("organization/shop/dev")
    assert refused.exit_code == 1
    assert "it has no output recording_bucket_name or bucket_name; give its name" in refused.output


def test_a_file_that_cannot_be_written_is_named(run: Run, s3: S3Client) -> None:
    """The error of a missing folder is one line."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT)
    refused = run(BUCKET, "--download", KEY, "--to", "nowhere/call.mp4")
    assert refused.exit_code == 1
    error = f"Error: could not download '{KEY}': cannot write 'nowhere/call.mp4': No such file or directory"
    assert refused.output.splitlines()[-1] == error


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("no-such-bucket",), "could not find bucket 'no-such-bucket': AWS answered 404"),
        (
            ("no bucket",),
            "could not find 'no bucket': the project in this folder has no such stack, and the name of a bucket has 3",
        ),
        (("s3:recordings",), "name a stack, a bucket, or another folder with --cwd"),
        (("Recordings_of_2017",), "could not find bucket 'Recordings_of_2017': AWS answered 404"),
        ((BUCKET, "--link", "nothing"), "could not find 'nothing' in bucket"),
        ((BUCKET, "--download", "nothing"), "could not find 'nothing' in bucket"),
        ((BUCKET, "--link", "a", "--download", "b"), "cannot be given together"),
        ((BUCKET, "--to", "b"), "--to needs --download"),
        ((BUCKET, "--link", "a", "--expires", "604801"), "--expires"),
    ],
)
def test_mistakes_are_reported_on_one_line(run: Run, args: tuple[str, ...], message: str) -> None:
    """The error says what was being done to which object."""
    refused = run(*args)
    assert refused.exit_code != 0
    assert message in refused.output.splitlines()[-1]


@pytest.mark.parametrize("program", ["read code", "read code </dev/tty"])
def test_a_profile_that_asks_for_something_fails_at_once(aws: str, tmp_path: Path, program: str) -> None:
    """No program that a profile names lets somebody type, at a terminal neither."""
    (tmp_path / "config").write_text(f"[profile work]\ncredential_process = sh -c '{program}'\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_PROFILE": "work", "AWS_ENDPOINT_URL": aws}
    command = [sys.executable, "-c", "from tavus_provider.cli import main; main()", "recordings", BUCKET]
    # A shell before it, as users have: who starts a session keeps the terminal.
    printed, code = run_at_terminal(["/bin/sh", "-c", f'{shlex.join(command)}; exit "$?"'], tmp_path, environment)
    assert "credential_process must print JSON and must not ask for anything" in printed
    assert code == 1
