"""A document: `pulumi up` waits until Tavus has read the website, and crawls it again when the version changes."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

document = tavus.Document(
    "handbook",
    document_url=config.require("document_url"),
    crawl={"depth": 2, "max_pages": 20},
    recrawl_triggers=[config.get("version") or "1"],
    tags=["handbook"],
)

persona = tavus.Persona("guide", system_prompt="You answer from the handbook.", documents=[document])

call = tavus.Conversation("call", persona=persona, replica_id=config.require("replica_id"))

pulumi.export("status", document.status)
pulumi.export("conversation_url", call.conversation_url)
