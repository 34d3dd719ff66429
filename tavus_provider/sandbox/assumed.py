"""What the sandbox had to decide because Tavus's documents leave it open.

Each decision has a name here; the code that follows it says `# assumed: <name>`. Whoever can ask the real service
corrects the sentence and the code together.
"""

from __future__ import annotations

ASSUMED = {
    "auth-first": "The key is checked before the path: without one even an unknown path answers 401.",
    "aws-operator": (
        "Role, bucket region and versioning are read with the operator's AWS credentials, since none of the eight S3 "
        "actions of the recording role allows it."
    ),
    "aws-text": "A bucket that is missing, elsewhere or not versioned is refused with 400 and a text of the sandbox's own.",
    "call-log-key": "A refused key is never shown, only that it was missing or invalid.",
    "content-type": "A body that is not declared as application/json is refused with 400.",
    "credits": "One credit is one minute of conversation; creation is refused once they are used up, running calls go on.",
    "default-name": "Without conversation_name the name is `New Conversation <milliseconds>`; without callback_url it is ''.",
    "default-persona": "Without persona_id the conversation gets Tavus's default persona, which has no default replica.",
    "delete-active": "Deleting an active conversation ends it, with the reason daily_room_has_been_deleted.",
    "deleted-gone": "A deleted conversation, soft or hard, answers 400 `Invalid conversation_id` and is in no list.",
    "duration-maximum": "max_call_duration above the documented 3600 s is accepted and kept as asked.",
    "end-twice": "Ending an ended conversation answers 200 and changes nothing.",
    "external-id": "ExternalId is `tavus` unless external_id is given, and a trust policy that asks for none is refused.",
    "flat-storage": "Of the flat S3 fields all three are needed; recording_storage wins where both are given.",
    "list-order": (
        "Lists are sorted newest first, without what was deleted; each page is cut anew from the list as it is then, so that "
        "items move to other pages while somebody reads."
    ),
    "not-found": "An unknown path answers 404, a known path with another method 405, both with `message`.",
    "page-values": "A limit or page that is no positive integer counts as its default; limit has no maximum.",
    "perception": "No application.perception_analysis is sent.",
    "private": "require_auth counts at top level and in properties; the token lives as long as participant_absent_timeout.",
    "recording-failed": "A recording that cannot be written is silent towards the user: no event and no webhook.",
    "recording-key": "A recording lies under `<conversation_id>/<milliseconds of its start>`, as one object.",
    "recording-others": "Recordings to gcs and azure_blob are only told of, with the s3 names of the fields, never written.",
    "recording-start": "Recording starts only with a participant in the room, and only when a destination is known.",
    "replica-joins": "The replica joins in the moment of creation.",
    "replica-list": "The list of replicas has a limit of 10 and starts at page 1, as the list of personas does.",
    "replica-ready": "A replica whose training is not completed cannot hold a conversation: 400.",
    "room-url": "conversation_url leads to the sandbox's own room instead of Daily's.",
    "shutdown-reason": "shutdown_reason is worded as in webhooks, reason as in the contract's example of events.",
    "strict-integer": "3600.0 is no integer.",
    "transcript": "A conversation that somebody joined has a transcript of two turns, ready when the conversation ends.",
    "unknown-fields": "Fields that the contract does not name are ignored.",
    "unknown-filter": "A filter value that the contract does not name matches nothing.",
    "webhook-retries": "A webhook is tried three times on connection errors and 5xx, then given up.",
}
