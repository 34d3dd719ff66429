"""A program that `tavus-provider export` wrote, on the real engine: it adopts what exists and writes nothing."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner

from tavus_provider.cli.main import cli
from tavus_provider.export.kinds import find_kinds
from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.lifecycles import object_at

ITEM = {"guardrail_name": "kind", "guardrail_prompt": "Be kind."}
STEP = {"objective_name": "ask", "objective_prompt": "Ask why."}
API = {"url": "https://shop.example.com/", "auth": {"type": "bearer", "token": "open-sesame"}}


def create(sandbox: Sandbox, resource: str, **inputs: Any) -> str:
    """Create an object at Tavus, as a script would; return its id."""
    id_, _ = object_at(find_kinds()[resource].lifecycle, sandbox.url).create(inputs)
    return id_


def test_an_exported_program_adopts_everything_without_a_write(sandbox: Sandbox, stack: Stack) -> None:
    """Objects of every kind: only GETs, then nothing to do, then an edit is one patch."""
    sandbox.control.set_behavior(processing=0, training=0, masked_secrets=True)
    document = create(sandbox, "Document", document_url="https://docs.example.com/", document_name="Handbook", tags=["a"])
    tool = create(sandbox, "Tool", name="find_order", description="Find it.", delivery={"api": API})
    create(sandbox, "Guardrail", **ITEM, tags=["tone"])
    create(sandbox, "Guardrails", data=[ITEM])
    create(sandbox, "Objectives", data=[STEP])
    voice = create(sandbox, "Voice", voice_name="Ana", train_audio_url="https://example.com/ana.mp3")
    persona = create(
        sandbox,
        "Persona",
        persona_name="Coach",
        system_prompt="You coach.\nAlways.",
        document_ids=[document],
        tool_ids=[tool],
        skills={"magic_canvas": {}},
        tts={"voice_id": voice},
        llm={"model": "mine", "base_url": "https://llm.example.com", "api_key": "sk-hush"},
    )
    create(sandbox, "Deployment", persona_id=persona, channel="embed", limits={"daily_call_limit": 5})

    account = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    result = CliRunner().invoke(cli, ["export", "--all"], env=account)
    program = result.stdout
    for line in result.stderr.splitlines()[1:]:
        secret = "sk-hush" if "llm" in line else "open-sesame"
        stack.pulumi(*line.replace("VALUE", secret).split()[1:])
    (stack.project / "__main__.py").write_text(program)
    before = len(sandbox.control.calls())
    stack.preview()
    stack.up()

    assert {call["method"] for call in sandbox.control.calls()[before:]} == {"GET"}
    stack.up("--refresh", "--expect-no-changes")
    (stack.project / "__main__.py").write_text(program.replace("Always.", "Never."))
    before = len(sandbox.control.calls())
    stack.up()
    written = [call for call in sandbox.control.calls()[before:] if call["method"] != "GET"]
    assert [(call["method"], call["path"]) for call in written] == [("PATCH", f"/v2/personas/{persona}")]
    assert written[0]["body"] == [{"op": "add", "path": "/system_prompt", "value": "You coach.\nNever."}]
