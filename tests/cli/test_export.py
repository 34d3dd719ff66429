"""Command `tavus-provider export`: programs for what exists at Tavus."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tavus_provider.cli.main import cli
from tavus_provider.export.kinds import find_kinds
from tavus_provider.export.source import render, render_call
from tavus_provider.sandbox import Sandbox
from tests.support.lifecycles import object_at
from tests.support.objects import OBJECTS

Export = Callable[..., Result]
LLM = {"model": "mine", "base_url": "https://llm.example.com", "api_key": "sk-hush", "headers": {"X-Key": "hush"}}


@pytest.fixture
def export(sandbox: Sandbox) -> Export:
    """Return a function that runs `tavus-provider export` for the sandbox's account."""
    sandbox.control.set_behavior(processing=0, training=0)
    account = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    return lambda *args: CliRunner().invoke(cli, ["export", *args], env=account)


def create(sandbox: Sandbox, resource: str, **inputs: Any) -> str:
    """Create an object at Tavus; return its id."""
    id_, _ = object_at(find_kinds()[resource].lifecycle, sandbox.url).create(inputs)
    return id_


def declared(source: str) -> dict[str, dict[str, Any]]:
    """Return the objects of a program by variable: the class, the keyword arguments that are literals, and the others' source."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
            call = node.value
            arguments = {str(each.arg): read_value(each.value) for each in call.keywords}
            found[node.targets[0].id] = {"class": ast.unparse(call.func), **arguments}
    return found


def read_value(node: ast.expr) -> Any:
    """Return the value of a literal, or the source of what is none."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


def test_every_resource_at_tavus_but_calls_can_be_exported() -> None:
    """The command exports every kind of object that conversations refer to, a new kind included."""
    assert find_kinds().keys() == {resource.__name__ for resource in OBJECTS}


def test_a_persona_comes_with_what_it_refers_to(sandbox: Sandbox, export: Export) -> None:
    """The program declares the account's own objects before the persona; objects that Tavus provides stay ids."""
    document = create(sandbox, "Document", document_url="https://docs.example.com/a.pdf", document_name="Handbook 1", tags=["a"])
    tool = create(sandbox, "Tool", name="find_order", description="Finds it.")
    dictionary = create(sandbox, "PronunciationDictionary", name="Names", rules=[])
    persona = create(
        sandbox,
        "Persona",
        persona_name="Coach",
        system_prompt="You coach.",
        default_replica_id="r90bbd427f71",
        document_ids=[document],
        tool_ids=[tool],
        skills={"presentation": {"document_ids": [document]}},
        tts={"pronunciation_dictionary_id": dictionary},
    )
    result = export(persona)
    program = declared(result.output)

    assert list(program) == ["handbook_1", "find_order", "names", "coach"]
    assert program["handbook_1"]["existing_document_id"] == document
    assert program["coach"] == {
        "class": "tavus.Persona",
        "existing_persona_id": persona,
        "persona_name": "Coach",
        "system_prompt": "You coach.",
        "default_replica_id": "r90bbd427f71",
        "document_ids": "[handbook_1.document_id]",
        "tool_ids": "[find_order.tool_id]",
        "skills": "{'presentation': {'document_ids': [handbook_1.document_id]}}",
        "tts": "{'pronunciation_dictionary_id': names.pronunciation_dictionary_id}",
    }
    assert "# What Tavus does not tell of a persona stays there as it is: greeting" in result.output


@pytest.mark.parametrize("masked", [False, True], ids=["in clear", "as stars"])
def test_secrets_are_configuration_keys(sandbox: Sandbox, export: Export, masked: bool) -> None:
    """No program contains a secret, however Tavus shows it; stderr has the commands that set the keys."""
    sandbox.control.set_behavior(masked_secrets=masked)
    persona = create(sandbox, "Persona", persona_name="Coach", system_prompt="You coach.", llm=LLM)
    result = export(persona)

    assert "hush" not in result.output
    assert '"api_key": config.require_secret("coach_llm_api_key")' in result.stdout
    assert "pulumi config set --secret coach_llm_headers_x_key VALUE" in result.stderr


def test_json_has_the_program_and_the_keys_of_its_secrets(sandbox: Sandbox, export: Export) -> None:
    """So that a script can set them; stderr is empty."""
    persona = create(sandbox, "Persona", persona_name="Coach", system_prompt="You coach.", llm=LLM)
    result = export(persona, "--json")
    found = json.loads(result.stdout)
    assert found == {"program": export(persona).stdout, "secrets": ["coach_llm_api_key", "coach_llm_headers_x_key"]}
    assert result.stderr == ""


def test_an_address_with_a_token_is_a_secret(sandbox: Sandbox, export: Export) -> None:
    """The program has an address without a token in clear text."""
    hook = create(sandbox, "Guardrail", guardrail_name="a", guardrail_prompt="b", callback_url="https://example.com/?token=hush")
    plain = create(sandbox, "Guardrail", guardrail_name="c", guardrail_prompt="d", callback_url="https://example.com/hook")
    program = declared(export("--kind", "guardrail", hook, plain).stdout)

    assert program["a"]["callback_url"] == "config.require_secret('a_callback_url')"
    assert program["c"]["callback_url"] == "https://example.com/hook"


def test_all_of_an_account_is_its_own_objects(sandbox: Sandbox, export: Export) -> None:
    """The program has each object once and none that Tavus provides; a name that is taken gets a number."""
    for _ in range(2):
        create(sandbox, "Guardrail", guardrail_name="pulumi", guardrail_prompt="text")
    create(sandbox, "Voice", voice_name="Ana", train_audio_url="https://example.com/ana.mp3")
    result = export("--all")
    program = declared(result.stdout)
    own = [
        each["id"]
        for kind in ("personas", "replicas", "single_guardrails", "voices")
        for each in sandbox.control.objects(kind)
        if "system" not in (each.get("persona_type"), each.get("replica_type"), each.get("voice_type"))
    ]

    adopted = [value for each in program.values() for name, value in each.items() if name.startswith("existing_")]
    assert sorted(adopted) == sorted(own)
    assert {"pulumi_2", "pulumi_3"} <= program.keys()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["p0000"], "could not export persona p0000: it does not exist in this account"),
        (["--kind", "call", "c1"], "could not export a call: there is no such kind; write one of deployment, document"),
        ([], "give ids, or --all"),
        (["--all", "p1"], "give ids, or --all"),
    ],
)
def test_mistakes_are_one_line(export: Export, arguments: list[str], line: str) -> None:
    """The error is one line, and the command writes nothing."""
    result = export(*arguments)

    assert result.exit_code != 0
    assert line in result.stderr
    assert result.stdout == ""


TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
def test_the_source_of_a_value_is_that_value(value: Any) -> None:
    """Python reads the source back as the same value, for values of any depth."""
    call = ast.parse(render_call("f", {"a": value}), mode="eval").body

    assert ast.literal_eval(render(value)) == value
    assert isinstance(call, ast.Call)
    assert ast.literal_eval(call.keywords[0].value) == value


def test_long_texts_are_lines_that_a_person_reads() -> None:
    """The source cuts a prompt at its own line ends, and at spaces within long lines."""
    lines = render("First.\n" + "word " * 60).splitlines()

    assert lines[1] == '    "First.\\n"'
    assert max(map(len, lines)) <= 110
