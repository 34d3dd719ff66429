"""The client that Tavus itself ships creates, lists, changes and deletes what this package manages, at the local Tavus."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.data import Kind as SandboxKind

TAVUS = Path(__file__).parents[2] / ".venv-client" / "bin" / "tavus"
FACE = "r4067604db72"
ORIGIN = ("--allowed-origin", "https://www.example.com")
Client = Callable[..., Any]


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    id_field: of the client's answers. kept: how the sandbox calls the kind. body: of a file, if it takes one. patch: content of a
    file, or options, that make one text of it "Other.". listed: what the client's list shows; the id if absent.
    """

    word: str
    id_field: str
    kept: SandboxKind
    body: Any = None
    options: tuple[str, ...] = ()
    patch: Any = None
    listed: str = ""

    def create(self, client: Client, *more: str) -> str:
        """Create one with the client; return its id."""
        options = ("--file", f"{self.word}.json") if self.body else self.options
        made: dict[str, str] = client(self.word, "create", *options, *more)
        return made[self.id_field]


TOOL = Kind("tool", "tool_id", "tools", {"name": "find_order", "description": "Find it."}, patch={"description": "Other."})
GUARDRAIL = Kind(
    "guardrail",
    "uuid",
    "single_guardrails",
    options=("--name", "no_prices", "--prompt", "Name no price."),
    patch=("--prompt", "Other."),
)
OBJECTIVES = Kind(
    "objective",
    "objectives_id",
    "objectives",
    {"name": "Intake", "data": [{"objective_name": "ask", "objective_prompt": "Ask why."}]},
    patch=[{"op": "replace", "path": "/data/0/objective_prompt", "value": "Other."}],
)
DICTIONARY = Kind(
    "pronunciation-dictionary",
    "pronunciation_dictionary_id",
    "pronunciation_dictionaries",
    {"name": "Names", "rules": [{"text": "SQL", "pronunciation": "sequel", "type": "alias"}]},
    patch={"name": "Other."},
    listed="Names",
)
DOCUMENT = Kind("document", "document_id", "documents", options=("--url", "https://docs.example.com/a.pdf"))
PAL = Kind(
    "pal",
    "pal_id",
    "personas",
    options=("--system-prompt", "You help.", "--face-id", FACE),
    patch=("--path", "/system_prompt", "--value", "Other."),
)
KINDS = (TOOL, GUARDRAIL, OBJECTIVES, DICTIONARY, DOCUMENT, PAL)


@pytest.fixture
def client(sandbox: Sandbox, tmp_path: Path) -> Client:
    """Return a function that runs the client in a folder with the files, and returns what it prints as JSON."""
    sandbox.control.set_behavior(processing=0, training=0)
    for kind in KINDS:
        (tmp_path / f"{kind.word}.json").write_text(json.dumps(kind.body))
    account = {"TAVUS_API_KEY": sandbox.key, "TAVUS_PUBLIC_API_BASE_URL": f"{sandbox.url}/v2", "NO_COLOR": "1", "TERM": "dumb"}

    def run(*arguments: str) -> Any:
        done = subprocess.run(
            [TAVUS, *arguments], env={**os.environ, **account}, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return done.stdout

    return run


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_each_kind_is_created_listed_and_read(client: Client, kind: Kind) -> None:
    """The client finds what it created, by its id and in the list."""
    id_ = kind.create(client)

    assert client(kind.word, "get", id_)
    assert (kind.listed or id_) in str(client(kind.word, "list"))


@pytest.mark.parametrize("kind", [each for each in KINDS if each.patch], ids=lambda kind: kind.word)
def test_each_kind_is_changed_and_deleted(client: Client, sandbox: Sandbox, tmp_path: Path, kind: Kind) -> None:
    """Each in the form of a patch that Tavus's client sends for it."""
    id_ = kind.create(client)
    (tmp_path / "patch.json").write_text(json.dumps(kind.patch))
    client(kind.word, "patch", id_, *(kind.patch if isinstance(kind.patch, tuple) else ("--file", "patch.json")))

    (changed,) = [each for each in sandbox.control.objects(kind.kept) if each["id"] == id_]
    assert "Other." in json.dumps(changed)
    client(kind.word, "delete", id_)
    assert id_ not in str(client(kind.word, "list"))


def test_a_pal_with_tools_skills_guardrails_and_a_deployment(client: Client) -> None:
    """What the client attaches to a persona is there, and goes again."""
    tool, guardrail = TOOL.create(client), GUARDRAIL.create(client)
    pal = PAL.create(client, "--tool-id", tool, "--guardrail-id", guardrail)

    assert [each["tool_id"] for each in client("pal", "tools", "list", pal)["data"]] == [tool]
    client("pal", "tools", "detach", pal, tool)
    client("pal", "tools", "attach", pal, tool)
    client("pal", "skills", "attach", pal, "magic_canvas")
    assert list(client("pal", "skills", "list", pal)["data"]) == ["magic_canvas"]
    client("pal", "skills", "detach", pal, "magic_canvas")
    deployment = client("deployment", "create", "--pal-id", pal, "--channel", "embed", "--shared-memory", *ORIGIN)
    assert deployment["deployment_id"] in str(client("deployment", "list", "--json"))


def test_a_call_is_created_and_ended(client: Client, sandbox: Sandbox) -> None:
    """With a persona and a replica that Tavus provides to everybody."""
    call = client("conversation", "create", "--pal-id", "pb87e71797da", "--face-id", FACE)

    assert sandbox.control.books()["active"] == 1
    client("conversation", "end", call["conversation_id"])
    assert sandbox.control.books()["active"] == 0
