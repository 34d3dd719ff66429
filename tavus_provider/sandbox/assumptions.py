"""What the sandbox had to decide because Tavus's documents leave it open.

Each decision has a name here; the code that follows it says `# assumed: <name>`. Whoever can ask the real service
corrects the sentence and the code together.
"""

from __future__ import annotations

ASSUMPTIONS = {
    "auth-first": "The key is checked before the path: without one even an unknown path answers 401.",
    "aws-operator": (
        "Role, bucket region and versioning are read with the operator's AWS credentials, since none of the eight S3 "
        "actions of the recording role allows it."
    ),
    "aws-text": "A bucket that is missing, elsewhere or not versioned is refused with 400 and a text of the sandbox's own.",
    "both-spellings": "A name in both spellings is refused, whichever name it is, in the words seen for persona_id and pal_id.",
    "call-log-key": "A refused key is never shown, only that it was missing or invalid.",
    "content-type": "A body that is not declared as application/json is refused with 400.",
    "conversation-documents": (
        "An unknown id in document_ids is refused with 400 `Invalid document_ids`; a document need not be ready."
    ),
    "crawls-text": "A sixth crawl at a time is refused with 429 and a text of the sandbox's own.",
    "credits": "One credit is one minute of conversation; creation is refused once they are used up, running calls go on.",
    "default-name": (
        "What is created without a name gets one: `New Conversation <milliseconds>`, `Persona`, …; callback_url is ''."
    ),
    "default-persona": "Without persona_id the conversation gets Tavus's default persona, which has no default replica.",
    "delete-active": "Deleting an active conversation ends it, with the reason daily_room_has_been_deleted.",
    "deleted-gone": "What was deleted, soft or hard, is unknown and in no list, except for a video that was deleted soft.",
    "dictionary-paths": "A patch of a dictionary at any other path than a whole field is answered 422.",
    "document-filters": "name_or_uuid is a whole id or a part of the name, whatever the case; of several tags one is enough.",
    "duration-maximum": "max_call_duration above the documented 3600 s is accepted and kept as asked.",
    "end-twice": "Ending an ended conversation answers 200 and changes nothing.",
    "external-id": "ExternalId is `tavus` unless external_id is given, and a trust policy that asks for none is refused.",
    "flat-storage": "Of the flat S3 fields all three are needed; recording_storage wins where both are given.",
    "id-form": "An id of guardrails or objectives that begins wrongly answers 400, one that is merely unknown 404.",
    "job-errors": "Transcriptions and replacements, for which no error is documented, answer 400 as lipsyncs do.",
    "layer-defaults": (
        "Defaults are filled in within the layers of a persona that are given, at its creation and after each patch."
    ),
    "list-order": (
        "Lists are sorted newest first unless documented otherwise, without what was deleted; each page is cut anew from "
        "the list as it is then, so that items move to other pages while somebody reads."
    ),
    "not-found": "An unknown path answers 404, a known path with another method 405, both with `message`.",
    "null-references": "null for objectives_id, guardrails_id and pronunciation_dictionary_id means none.",
    "object-webhooks": "Only conversations send webhooks.",
    "page-values": (
        "A limit or page that is no number counts as its default, a limit above the highest as that, where there is one."
    ),
    "patch-conflict": "A patch whose path or test does not fit the document is answered as a malformed one is.",
    "patch-read-only": "What a patch says of fields that cannot be set is ignored, as Tavus documents it for dictionaries.",
    "perception": "No application.perception_analysis is sent.",
    "persona-prompt": "A persona without system_prompt is refused with 400, unless its pipeline_mode is echo.",
    "persona-references": (
        "A persona that refers to what does not exist is refused with 400 `Invalid <field>`; a document or replica that is "
        "deleted stays there."
    ),
    "private": "require_auth counts at top level and in properties; the token lives as long as participant_absent_timeout.",
    "progress": (
        "Training tells its progress in quarters; a document is `started`, `processing` from a third, half done at two thirds."
    ),
    "recording-failed": "A recording that cannot be written is silent towards the user: no event and no webhook.",
    "recording-key": "A recording lies under `<conversation_id>/<milliseconds of its start>`, as one object.",
    "recording-others": "Recordings to gcs and azure_blob are only told of, with the s3 names of the fields, never written.",
    "recording-start": "Recording starts only with a participant in the room, and only when a destination is known.",
    "recrawl-cooldown": "The cooldown begins with a recrawl, not with the first crawl.",
    "replica-joins": "The replica joins in the moment of creation.",
    "replica-list": "The list of replicas has a limit of 10 and starts at page 1, as the list of personas does.",
    "replica-ready": "A replica whose training is not completed can be neither in a conversation nor in a video: 400.",
    "room-url": "conversation_url leads to the sandbox's own room instead of Daily's.",
    "set-deletion": (
        "Deleted guardrails or objectives become null in the personas that refer to them, as deleted dictionaries do."
    ),
    "shutdown-reason": "shutdown_reason is worded as in webhooks, reason as in the contract's example of events.",
    "spelling-kept": (
        "A conversation is told in the spelling of the call that created it; events and webhooks keep the older one."
    ),
    "strict-integer": "3600.0 is no integer.",
    "system-objects": "What belongs to Tavus can neither be changed nor deleted: 400.",
    "training-sources": "Both sources of training, an image without voice_name, and an unknown voice_name are refused with 400.",
    "transcript": "A conversation that somebody joined has a transcript of two turns, ready when the conversation ends.",
    "unknown-fields": "Fields that the contract does not name are ignored.",
    "unknown-filter": "A filter value that the contract does not name matches nothing.",
    "video-sources": "A video with script and audio_url, or with neither, is refused with 400.",
    "webhook-retries": "A webhook is tried three times on connection errors and 5xx, then given up.",
}
