"""The example hooks: hooks of Pulumi around a conversation, with either plugin, and a chat of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_example
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids
from tests.support.http_server import Answer, Script, serve_answers


@pytest.fixture
def chat() -> Iterator[Script]:
    """Run a chat, which takes messages."""
    with serve_answers(Answer(200, "ok")) as script:
        yield script


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the example."""
    return copy_example("hooks", tmp_path / "copy")


def declare(stack: Stack, chat: Script) -> None:
    """Set what the program needs; the chat's address is a secret."""
    stack.configure(persona_id=PERSONA)
    stack.pulumi("config", "set", "--secret", "chat_url", f"{chat.url}/services/open-sesame")


@pytest.mark.parametrize("served_by", ["dynamic", "native"])
def test_hooks_tell_a_chat_and_keep_transcripts(
    sandbox: Sandbox, new_stack: Callable[..., Stack], folder: Path, chat: Script, served_by: str
) -> None:
    """The chat gets each address; a replacement and a destroy keep the transcript of a call that somebody has joined."""
    stack = new_stack(sandbox, project=folder)
    stack.environment["TAVUS_PLUGIN"] = served_by
    declare(stack, chat)
    stack.preview()
    assert chat.requests == []
    stack.up()
    first = str(stack.outputs()["conversation_url"])
    assert [request.body for request in chat.requests] == [{"text": f"call has begun: {first}"}]
    assert chat.requests[0].path == "/services/open-sesame"
    stack.up("--expect-no-changes")
    assert len(chat.requests) == 1

    (joined,) = active_ids(sandbox)
    sandbox.control.join(joined)
    sandbox.control.advance(60)
    stack.configure(language="French")
    stack.up()
    assert [each.name for each in (folder / "transcripts").iterdir()] == [f"{joined}.json"]
    turns = json.loads((folder / "transcripts" / f"{joined}.json").read_text())
    assert [turn["role"] for turn in turns] == ["assistant", "user"]
    assert chat.requests[1].body["text"] != chat.requests[0].body["text"]

    (second,) = active_ids(sandbox)
    sandbox.control.join(second)
    sandbox.control.leave(second)
    sandbox.control.advance(1)
    stack.pulumi("destroy", "--run-program", "--yes", "--skip-preview")
    assert {each.stem for each in (folder / "transcripts").iterdir()} == {joined, second}
    assert {each["deleted"] for each in sandbox.control.conversations()} == {"soft"}
    assert "open-sesame" not in stack.export()


def test_what_happens_where_a_hook_cannot_do_its_work(sandbox: Sandbox, new_stack: Callable[..., Stack], folder: Path) -> None:
    """A chat that is down fails no run; a transcript that cannot be read keeps the call's data, and the next run gets it."""
    with serve_answers(Answer(503, "down")) as chat:
        stack = new_stack(sandbox, project=folder)
        declare(stack, chat)
        printed = stack.up()
        assert "503" in printed
        assert "open-sesame" not in printed
        (joined,) = active_ids(sandbox)
        sandbox.control.join(joined)
        sandbox.control.inject("get", status=500)
        printed = stack.pulumi("destroy", "--run-program", "--yes", "--skip-preview", fails=True)
        assert "500" in printed
        assert sandbox.control.conversations()[0]["deleted"] is None
        assert "You must run with the `--run-program` flag" in stack.destroy(fails=True)
        stack.pulumi("destroy", "--run-program", "--yes", "--skip-preview")
        assert (folder / "transcripts" / f"{joined}.json").exists()
    assert sandbox.control.books()["active"] == 0
