"""A persona with a model of your own: its key is encrypted in the state, and a new prompt changes the persona in place."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

persona = tavus.Persona(
    "coach",
    persona_name="Coach",
    system_prompt="You are a patient coach. You ask one question at a time.",
    default_replica_id=config.require("replica_id"),
    perception={"visual_awareness_queries": ["Does the participant look tired?"]},
    conversational_flow={"turn_taking_patience": "high"},
    llm={
        "model": "coach-1",
        "base_url": config.require("llm_base_url"),
        "api_key": config.get_secret("llm_api_key") or "none",  # pulumi config set --secret llm_api_key
    },
)

call = tavus.Conversation("call", persona=persona)

pulumi.export("persona_id", persona.id)
pulumi.export("conversation_url", call.conversation_url)
