"""Guardrail: one rule for itself, which a persona takes in a list; another persona may take the same one."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

no_diagnosis = tavus.Guardrail(
    "no-diagnosis",
    guardrail_name="no_diagnosis",
    guardrail_prompt="Never name a disease that the participant may have.",
    tags=["health"],
)
no_minors = tavus.Guardrail(
    "no-minors",
    guardrail_name="no_minors",
    guardrail_prompt="No child is in the picture.",
    modality="visual",
)

persona = tavus.Persona(
    "receptionist",
    system_prompt="You receive patients of a clinic and find them an appointment.",
    guardrails=[no_diagnosis, no_minors],
)

call = tavus.Conversation("call", persona=persona, replica_id=config.require("replica_id"))

pulumi.export("guardrail_id", no_diagnosis.id)
pulumi.export("conversation_url", call.conversation_url)
