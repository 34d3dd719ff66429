"""A conversation with what Tavus has already: a persona found by its name, one of Tavus's replicas, all documents with a tag."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

persona = tavus.get_persona(name=config.require("persona_name"))
replica_id = persona.default_replica_id or tavus.get_replica(name="Anna", system=True).replica_id
documents = tavus.get_documents(tags=["handbook"], status="ready")

call = tavus.Conversation(
    "call",
    persona_id=persona.persona_id,
    replica_id=replica_id,
    document_ids=[document.document_id for document in documents],
)
room = tavus.get_conversation_output(id=call.conversation_id)  # as it is now, without a refresh

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("status", room.status)
