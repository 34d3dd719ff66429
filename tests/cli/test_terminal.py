"""Output of all commands: no control characters on the screen, no file that others can read."""

from __future__ import annotations

import ast
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner

from tavus_provider.cli.main import cli
from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Create, InstallPulumi, list_stacks
from tests.cli.test_ending import URN, add_intent
from tests.support.aws.proxy import serve_aws_proxy

ROOT = Path(__file__).parents[2]
EVIL = "a\x1b[2Jb\u202ec\x9b1A"
"""A name that clears the screen, turns the text around and moves the cursor."""
BUCKET = "recordings-of-tests"


def run(sandbox: Sandbox, *args: str) -> str:
    """Run `tavus-provider` for the sandbox's account; return all that it printed."""
    return CliRunner().invoke(cli, args, env={"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}).output


def find_control_characters(output: str) -> set[str]:
    """Return the characters that are not printable, except the ends of lines."""
    return {each for line in output.split("\n") for each in line if not each.isprintable()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the command runs, an empty one."""
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def evil_machine(sandbox: Sandbox, create: Create, install_pulumi: InstallPulumi, folder: Path, aws: str) -> str:
    """Return the id of a conversation with an evil name, where stacks, recordings and the journal have evil names too."""
    storage = boto3.client("s3")
    storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    storage.put_object(Bucket=BUCKET, Key=f"{EVIL}/1", Body=b"0")
    install_pulumi(f"""case $* in
  *'stack ls'*) printf '%s' '{list_stacks(f"organization/shop/{EVIL}")}';;
  *) printf 'error: \\033[2J no such state' >&2; exit 1;;
esac""")
    id_ = create(conversation_name=EVIL)
    add_intent(sandbox, id_, EVIL, resource=f"{URN}{EVIL}")
    return id_


COMMANDS = {
    "list": "conversations",
    "list orphans": "conversations --orphans",
    "refuse to end orphans": "conversations --orphans --end",
    "warn and ask": "conversations --end {id}",
    "end": "conversations --end {id} --yes",
    "import": "conversations --import-file file{evil} {id}",
    "refuse to import": "conversations --import-file file",
    "list recordings": f"recordings {BUCKET}",
    "download": f"recordings {BUCKET} --download {{evil}}/1",
    "find no recording": f"recordings {BUCKET} --download {{evil}}/2",
    "find no bucket": "recordings {evil}",
    "find no stack": "recordings organization/shop/{evil}",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_command_prints_a_control_character(sandbox: Sandbox, evil_machine: str, command: str) -> None:
    """Whatever names come from Tavus, AWS, a state, the journal or the command line are printed escaped."""
    arguments = [each.format(id=evil_machine, evil=EVIL) for each in command.split()]
    output = run(sandbox, *arguments)
    assert find_control_characters(output) == set()
    assert "\\x1b[2J" in output


def test_everything_is_printed_in_one_place() -> None:
    """Only cli/terminal.py, which escapes, calls what prints."""
    printers = {"print", "echo", "secho", "confirm", "prompt", "progressbar", "ClickException"}
    for path in (ROOT / "tavus_provider" / "cli").rglob("*.py"):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        names = {call.attr for call in calls if isinstance(call, ast.Attribute) and ast.unparse(call.value) == "click"}
        names |= {call.id for call in calls if isinstance(call, ast.Name) and call.id == "print"}
        assert not names & printers or path.name == "terminal.py", path.name


def test_every_command_can_print_for_programs() -> None:
    """Each has --json, but the one whose result a shell reads."""
    without = [name for name, command in cli.commands.items() if not any("--json" in each.opts for each in command.params)]
    assert without == ["completion"]


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_help_shows_how_a_command_is_used(name: str) -> None:
    """The help has examples, and the command takes what they give it."""
    command = cli.commands[name]
    shown = CliRunner().invoke(cli, [name, "--help"], prog_name="tavus-provider").output
    examples = re.findall(rf"tavus-provider {name} ?([^\n\">)]*)", shown.partition("Usage:")[2].partition("\n")[2])
    assert examples
    for each in examples:
        command.make_context(name, shlex.split(each))


@pytest.fixture
def no_umask() -> Iterator[None]:
    """Let the process create files for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_only_the_user_can_read_what_commands_write(
    sandbox: Sandbox, create: Create, install_pulumi: InstallPulumi, folder: Path, aws: str, no_umask: None
) -> None:
    """Recordings, also one whose download an earlier version began, parts of them, and import files have mode 0600."""
    install_pulumi("echo '[]'")
    storage = boto3.client("s3")
    storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in ("c1/1", "c1/2", "c1/3"):
        etag = storage.put_object(Bucket=BUCKET, Key=key, Body=key.encode() * 9)["ETag"].strip('"')
    storage.put_object(Bucket=BUCKET, Key="c1/empty", Body=b"")
    (folder / f"c1-3.mp4.{etag}.part").write_bytes(b"c1/3")
    for key in ("c1/1", "c1/3", "c1/empty"):
        run(sandbox, "recordings", BUCKET, "--download", key)
    with serve_aws_proxy(aws) as proxy, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", proxy.url)
        proxy.refuse("GET object")
        run(sandbox, "recordings", BUCKET, "--download", "c1/2")
    run(sandbox, "conversations", "--import-file", "file.json", create())
    modes = {path.name.split(".")[0]: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}
    assert modes == dict.fromkeys(["c1-1", "c1-2", "c1-3", "c1-empty", "file"], "0o600")
