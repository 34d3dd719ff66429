"""A persona with its knowledge, its rules, its tools and its pronunciation; a recorded conversation with it, and a web page."""

from pathlib import Path

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

objectives = tavus.Objectives(
    "intake", data=[{"objective_name": "ask_reason", "objective_prompt": "Find out why the patient calls."}]
)
no_diagnosis = tavus.Guardrail(
    "no-diagnosis", guardrail_name="no_diagnosis", guardrail_prompt="Never name a disease that somebody may have."
)
dictionary = tavus.PronunciationDictionary(
    "names", name="Names", rules=[{"text": "Siobhan", "pronunciation": "shi-VAWN", "type": "alias"}]
)
handbook = tavus.Document("handbook", document_url="https://docs.example.com/handbook.pdf", tags=["handbook"])
find_slot = tavus.Tool(
    "find-slot",
    name="find_slot",
    description="Find the next free appointment on a day.",
    parameters={"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]},
    on_resolve="generate_response",
    delivery={
        "api": {
            "url": config.require("backend_url"),
            "method": "GET",
            "query_params": {"day": "{day}"},
            "auth": {"type": "bearer", "token": config.require_secret("backend_token")},
        }
    },
)

persona = tavus.Persona(
    "receptionist",
    persona_name="Receptionist",
    system_prompt="You receive patients of a clinic and find them an appointment.",
    default_replica_id=config.require("replica_id"),
    guardrails=[no_diagnosis],
    objectives=objectives,
    documents=[handbook],
    tools=[find_slot],
    skills={"magic_canvas": {"usage_guidance": "Show a calendar."}},
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

front_desk = tavus.Deployment(
    "front-desk",
    persona=persona,
    channel="embed",
    name="Front desk",
    # Whoever finds the page starts calls that are billed.
    limits={"daily_call_limit": 200, "daily_call_limit_per_user": 3, "concurrent_call_limit": 2, "max_call_duration": 600},
)


def write_page(embed_html: str) -> None:
    """Write the page that a bucket can serve; a preview writes nothing."""
    if not pulumi.runtime.is_dry_run():
        Path("index.html").write_text(f"<!doctype html>\n<title>Front desk</title>\n{embed_html}\n", encoding="utf-8")


front_desk.embed_html.apply(lambda html: write_page(html or ""))

pulumi.export("persona_id", persona.id)
pulumi.export("conversation_url", call.conversation_url)
pulumi.export("bucket_name", storage.bucket_name)
pulumi.export("deployment_id", front_desk.id)
