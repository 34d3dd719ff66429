"""Import file: its entries, and the lines for the program."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from tavus_provider.api.client import client_for
from tavus_provider.resources.conversation import ConversationProvider
from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Create, InstallPulumi, Run
from tests.cli.test_ending import UNREADABLE, URN, add_intent, pulumi_with
from tests.support.conversations import PERSONA, REPLICA


def read_entries(path: Path) -> list[dict[str, Any]]:
    """Return the entries of the file."""
    found: list[dict[str, Any]] = json.loads(path.read_text())["resources"]
    return found


def parse_program(printed: str) -> list[ast.Call]:
    """Return the resources in the printed lines of a program."""
    program = [line.strip() for line in printed.splitlines() if line.startswith("    ") and not line.startswith("    pulumi ")]
    statements = ast.parse("\n".join(program)).body
    return [each.value for each in statements if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)]


def test_an_entry_is_what_a_state_would_have(sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The inputs are those that Tavus returns, the outputs those of the resource, and both have the provider."""
    install_pulumi(pulumi_with())
    id_ = create(conversation_name="Welcome call")
    printed = run("--import-file", "f.json", id_).output
    provider = {"__provider": serialize_provider(ConversationProvider())}
    inputs = {"persona_id": PERSONA, "replica_id": REPLICA, "conversation_name": "Welcome call"}
    (room,) = sandbox.control.conversations()
    account = {"__account": client_for(sandbox.url, sandbox.key, 10.0).account}
    told = {name: room[name] for name in ("conversation_id", "conversation_url", "status", "created_at", "callback_url")}
    assert read_entries(Path("f.json")) == [
        {
            "type": "pulumi-python:dynamic/tavus:Conversation",
            "name": "Welcome-call",
            "id": id_,
            "inputs": {**inputs, **provider},
            "outputs": {**inputs, **told, "__computed": ["callback_url"], **account, **provider},
        }
    ]
    assert Path("f.json").stat().st_mode & 0o777 == 0o600
    assert f"pulumi import --file {Path('f.json').absolute()} --generate-code=false --protect=false" in printed
    (line,) = parse_program(printed)
    assert ast.unparse(line) == (
        f"tavus.Conversation('Welcome-call', persona_id={PERSONA!r}, replica_id={REPLICA!r}, conversation_name='Welcome call')"
    )


def test_a_callback_url_is_a_secret(create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """A callback URL, which may hold a token, is a secret output and is not printed."""
    install_pulumi(pulumi_with())
    url = "http://127.0.0.1:9/hook?token=hush"
    printed = run("--import-file", "f.json", create(callback_url=url)).output
    (entry,) = read_entries(Path("f.json"))
    assert "hush" not in printed
    assert "callback_url" not in entry["inputs"]
    assert json.loads(entry["outputs"]["callback_url"]["plaintext"]) == url
    assert "callback_url" in entry["outputs"]["__computed"]


def test_names_are_valid_and_differ(create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """Each resource gets a valid name of its own, whatever the conversation's name is."""
    install_pulumi(pulumi_with())
    names = ["Welcome!", "Welcome", "Welcome", "\u6b22\u8fce", "a'b\"\\\n\x1b", "x" * 200]
    ids = [create(conversation_name=name) for name in names]
    printed = run("--import-file", "f.json", *ids).output
    assert [entry["name"] for entry in read_entries(Path("f.json"))] == [
        "Welcome",
        "Welcome-2",
        "Welcome-3",
        ids[3],
        "a-b",
        "x" * 60,
    ]
    given = [next(word.value for word in line.keywords if word.arg == "conversation_name") for line in parse_program(printed)]
    assert [ast.literal_eval(name) for name in given] == names


def test_without_ids_the_file_has_the_unattributed_ones(create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The command asks first, because a conversation may be somebody else's."""
    known, theirs = create(conversation_name="Known"), create(conversation_name="Theirs")
    install_pulumi(pulumi_with({"urn": URN, "id": known, "type": "t"}))
    assert run("--import-file", "f.json").exit_code == 1
    assert not Path("f.json").exists()
    assert run("--import-file", "f.json", "--yes").exit_code == 0
    assert [entry["id"] for entry in read_entries(Path("f.json"))] == [theirs]


def test_where_all_are_known_there_is_nothing_to_import(run: Run, install_pulumi: InstallPulumi) -> None:
    """The command says so and writes no file."""
    install_pulumi(pulumi_with())
    assert run("--import-file", "f.json").output == "nothing to import: every active conversation is known\n"
    assert not Path("f.json").exists()


def test_what_is_managed_is_not_imported_again(create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The command refuses a conversation that a stack owns, and accepts one that a stack only reads."""
    id_ = create()
    install_pulumi(pulumi_with({"urn": URN, "id": id_, "type": "t"}))
    refused = run("--import-file", "f.json", id_)
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
    assert f"is managed already: stack organization/shop/dev has it as {URN}" in refused.output
    install_pulumi(pulumi_with({"urn": URN, "id": id_, "type": "t", "external": True}))
    assert run("--import-file", "f.json", id_).exit_code == 0


def test_an_interrupted_conversation_is_imported_with_a_warning(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi
) -> None:
    """The warning says that the next `pulumi up` adopts it by itself."""
    install_pulumi(pulumi_with())
    id_ = create()
    add_intent(sandbox, id_)
    written = run("--import-file", "f.json", id_)
    assert written.exit_code == 0
    assert f"Warning: {id_}: an interrupted run created it for 'call'" in written.output


def test_an_ended_conversation_is_not_imported(sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The command refuses conversations that have ended or do not exist, and writes no file."""
    install_pulumi(pulumi_with())
    id_ = create()
    sandbox.control.advance(400)
    assert f"could not write conversation {id_} to the file: it has ended" in run("--import-file", "f.json", id_).output
    assert "could not read conversation c-none" in run("--import-file", "f.json", "c-none").output
    assert not Path("f.json").exists()


def test_a_state_that_cannot_be_read_is_reported(create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The command writes nothing without an id, and warns with one."""
    install_pulumi(UNREADABLE)
    id_ = create()
    refused = run("--import-file", "f.json", "--yes")
    assert (refused.exit_code, Path("f.json").exists()) == (1, False)
    assert "a state that could not be read may have any of them" in refused.output
    written = run("--import-file", "f.json", id_)
    assert (written.exit_code, Path("f.json").exists()) == (0, True)
    assert "Warning: state not read: organization/shop/dev" in written.output


@pytest.mark.parametrize(("path", "words"), [("there.json", "File exists"), ("no/folder.json", "No such file or directory")])
def test_no_file_is_overwritten(create: Create, run: Run, install_pulumi: InstallPulumi, path: str, words: str) -> None:
    """The command refuses a path that exists or cannot be written, on one line."""
    install_pulumi(pulumi_with())
    Path("there.json").write_text("mine")
    refused = run("--import-file", path, create())
    assert (refused.exit_code, refused.output) == (1, f"Error: could not write {path}: {words}\n")
    assert Path("there.json").read_text() == "mine"


def test_json_has_the_file_the_command_and_the_lines(create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """What a script needs for its next step; null where there is nothing to import."""
    install_pulumi(pulumi_with())
    assert json.loads(run("--import-file", "f.json", "--json").stdout) == {"file": None, "command": None, "program": []}
    id_ = create(conversation_name="Lesson")
    assert json.loads(run("--import-file", "f.json", id_, "--json").stdout) == {
        "file": "f.json",
        "command": f"pulumi import --file {Path('f.json').absolute()} --generate-code=false --protect=false",
        "program": [f"tavus.Conversation('Lesson', persona_id={PERSONA!r}, replica_id={REPLICA!r}, conversation_name='Lesson')"],
    }
