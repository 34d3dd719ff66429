"""Tool: a function that a backend answers, with a secret from the configuration, and a persona that calls it."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

tool = tavus.Tool(
    "find-order",
    name="find_order",
    description="Find an order by its number, when the customer asks where it is.",
    parameters={"type": "object", "properties": {"number": {"type": "string"}}, "required": ["number"]},
    on_resolve="generate_response",
    delivery={
        "api": {
            "url": config.require("backend_url"),
            "method": "GET",
            "query_params": {"number": "{number}"},
            "auth": {"type": "bearer", "token": config.require_secret("backend_token")},
        }
    },
)

clerk = tavus.Persona(
    "clerk",
    persona_name="Clerk",
    system_prompt="You tell customers where their orders are.",
    tools=[tool],
    skills={"magic_canvas": {}},
)

pulumi.export("tool_id", tool.id)
pulumi.export("persona_id", clerk.id)
