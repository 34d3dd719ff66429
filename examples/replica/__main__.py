"""A replica: trained once, for hours. A change that needs another training is an error, unless the program allows it."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

replica = tavus.Replica(
    "anna",
    replica_name="Anna",
    train_video_url=config.require("train_video_url"),
    wait_for_training=6 * 3600,  # seconds; conversations take trained replicas only
    opts=pulumi.ResourceOptions(protect=config.get_bool("protect")),
)

persona = tavus.Persona("host", system_prompt="You welcome guests.", default_replica=replica)

call = tavus.Conversation("call", persona=persona)

pulumi.export("replica_id", replica.id)
pulumi.export("conversation_url", call.conversation_url)
