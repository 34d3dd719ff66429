"""A persona from files: its prompt in Markdown, its tools in JSON. The stacks dev, stage and prod differ in their settings."""

import json
from pathlib import Path
from typing import Any

import pulumi

import tavus_provider as tavus

HERE = Path(__file__).parent
config = pulumi.Config()
stack = pulumi.get_stack()


def read_tools(path: Path) -> list[dict[str, Any]]:
    """Return the tools of a file: a list of objects with the inputs of Tool. Raises pulumi.RunError, which names the file."""
    try:
        tools = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise pulumi.RunError(f"{path.name} is not JSON: {error}") from None
    if not isinstance(tools, list) or not all(isinstance(tool, dict) and isinstance(tool.get("name"), str) for tool in tools):
        raise pulumi.RunError(f'{path.name} must be a list of objects, each with a "name": [{{"name": "find_order", …}}]')
    return tools


def declare_tool(tool: dict[str, Any]) -> tavus.Tool:
    """Declare a tool. Its name gets the stack's, since stacks may share an account, which has one tool of a name."""
    return tavus.Tool(tool["name"], **{**tool, "name": f"{tool['name']}_{stack}"})


persona = tavus.Persona(
    "clerk",
    persona_name=f"Clerk ({stack})",
    system_prompt=(HERE / "prompt.md").read_text(encoding="utf-8"),
    default_replica_id=config.require("replica_id"),
    llm={"model": config.require("model")},
    tools=[declare_tool(tool) for tool in read_tools(HERE / "tools.json")],
)

call = tavus.Conversation(
    "call",
    persona=persona,
    max_call_duration=config.require_int("max_call_duration"),  # seconds
    test_mode=config.require_bool("test_mode"),  # a call that has ended from the start costs nothing
)

pulumi.export("persona_id", persona.id)
pulumi.export("conversation_url", call.conversation_url)
