"""Deployment: a persona on a web page, within limits, since each call that a visitor starts is billed."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

persona = tavus.Persona(
    "receptionist",
    system_prompt="You answer the questions of visitors, and tell them whom to call.",
    default_replica_id="r90bbd427f71",
)

deployment = tavus.Deployment(
    "front-desk",
    persona=persona,
    channel="widget",
    name="Front desk",
    allowed_origins=[config.require("origin")],
    limits={"daily_call_limit": 200, "daily_call_limit_per_user": 3, "concurrent_call_limit": 2, "max_call_duration": 600},
)

pulumi.export("deployment_id", deployment.id)
pulumi.export("html", deployment.embed_html)
