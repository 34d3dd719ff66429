"""Objectives: one leads to the next. Each changes in place, so the persona keeps them."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

objectives = tavus.Objectives(
    "intake",
    data=[
        {
            "objective_name": "ask_age",
            "objective_prompt": "Find out how old the participant is.",
            "output_variables": ["age"],
            "next_conditional_objectives": {
                "say_goodbye": "The participant is younger than 18.",
                "ask_reason": "The participant is at least 18.",
            },
        },
        {"objective_name": "ask_reason", "objective_prompt": "Find out why the participant calls."},
        {"objective_name": "say_goodbye", "objective_prompt": "Explain kindly that the service is for adults."},
    ],
)

persona = tavus.Persona("intake", system_prompt="You take in new clients.", objectives=objectives)

call = tavus.Conversation("call", persona=persona, replica_id=config.require("replica_id"))

pulumi.export("objectives_id", objectives.id)
pulumi.export("conversation_url", call.conversation_url)
