"""A persona with its knowledge, its rules and its pronunciation, storage for recordings, and a recorded conversation."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

guardrails = tavus.Guardrails(
    "clinic", data=[{"guardrail_name": "no_diagnosis", "guardrail_prompt": "Never name a disease that somebody may have."}]
)
objectives = tavus.Objectives(
    "intake", data=[{"objective_name": "ask_reason", "objective_prompt": "Find out why the patient calls."}]
)
dictionary = tavus.PronunciationDictionary(
    "names", name="Names", rules=[{"text": "Siobhan", "pronunciation": "shi-VAWN", "type": "alias"}]
)
handbook = tavus.Document("handbook", document_url="https://docs.example.com/handbook.pdf", tags=["handbook"])

persona = tavus.Persona(
    "receptionist",
    persona_name="Receptionist",
    system_prompt="You receive patients of a clinic and find them an appointment.",
    default_replica_id=config.require("replica_id"),
    guardrails=guardrails,
    objectives=objectives,
    documents=[handbook],
    tts={"pronunciation_dictionary": dictionary},
)

storage = tavus.RecordingStorage("recordings", retention_days=30)

call = tavus.Conversation(
    "call",
    persona=persona,
    language="English",
    enable_recording=True,
    recording_storage=storage.destination,  # waits until bucket and role are complete
)

pulumi.export("persona_id", persona.id)
pulumi.export("conversation_url", call.conversation_url)
pulumi.export("bucket_name", storage.bucket_name)
