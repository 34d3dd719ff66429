"""Guardrails: each of them changes in place, under the same id."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

guardrails = tavus.Guardrails(
    "clinic",
    name="Clinic",
    data=[
        {"guardrail_name": "no_diagnosis", "guardrail_prompt": "Never name a disease that the participant may have."},
        {"guardrail_name": "no_minors", "guardrail_prompt": "No child is in the picture.", "modality": "visual"},
    ],
)

persona = tavus.Persona(
    "receptionist",
    system_prompt="You receive patients of a clinic and find them an appointment.",
    guardrails=guardrails,
)

call = tavus.Conversation("call", persona=persona, replica_id=config.require("replica_id"))

pulumi.export("guardrails_id", guardrails.id)
pulumi.export("conversation_url", call.conversation_url)
