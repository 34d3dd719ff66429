"""Assumptions: decisions that Tavus's documents leave open.

Each has a name, and the code that follows it says `# assumed: <name>`. Whoever can ask the real service corrects the sentence and
the code together.
"""

from __future__ import annotations

ASSUMPTIONS = {
    "attachments": "An unknown tool, and a skill that is not attached, are refused with the sandbox's own texts.",
    "auth-first": "The key is checked before the path: without one even an unknown path answers 401.",
    "aws-operator": (
        "Role, bucket region and versioning are read with the operator's AWS credentials, since none of the eight S3 "
        "actions of the recording role allows it."
    ),
    "aws-text": "A bucket that is missing, in another region or not versioned is refused with 400 and the sandbox's own text.",
    "both-spellings": "Every name that is given in both spellings is refused, in the words seen for persona_id and pal_id.",
    "call-log-key": "The log of calls shows whether a key was missing or invalid, never the key.",
    "conferencing": (
        "A username that Tavus does not take, that another persona has, or that has no default replica is refused with 400; the "
        "address that it leads to is in the answer to a creation, and in GET of whole personas."
    ),
    "content-type": "A body that is not declared as application/json is refused with 400.",
    "conversation-documents": (
        "An unknown id in document_ids is refused with 400 `Invalid document_ids`; a document need not be ready."
    ),
    "crawls-text": "A sixth simultaneous crawl is refused with 429 and the sandbox's own text.",
    "credits": "One credit is one minute of conversation; without credits creation is refused, and running conversations go on.",
    "default-name": (
        "An object without a name gets one: `New Conversation <milliseconds>`, `Persona`, …; the default callback_url is ''."
    ),
    "default-persona": "Without persona_id the conversation gets Tavus's default persona, which has no default replica.",
    "delete-active": "Deleting an active conversation ends it, with the reason daily_room_has_been_deleted.",
    "deleted-gone": "A deleted object, soft or hard, is unknown and in no list; only a softly deleted video can be read.",
    "dictionary-paths": "A patch of a dictionary is answered 422 if a path is not a whole field.",
    "document-filters": "name_or_uuid matches a whole id or a part of the name, in any case; one of several tags is enough.",
    "duration-maximum": "max_call_duration above the documented 3600 s is accepted and used.",
    "end-twice": "Ending an ended conversation answers 200 and changes nothing.",
    "external-id": "ExternalId is `tavus` unless external_id is given, and a trust policy that does not demand one is refused.",
    "flat-storage": "All three flat S3 fields are required together; recording_storage overrides them.",
    "id-form": "An unknown id of guardrails or objectives is answered 404, or 400 if it does not begin like one.",
    "job-errors": "Transcriptions and replacements, for which no error is documented, are refused with 400 as lipsyncs are.",
    "layer-defaults": ("The layers that a persona has get their defaults, at its creation and after each patch."),
    "list-order": (
        "Lists show the newest first unless documented otherwise, without deleted objects; each page is cut from the list "
        "at that moment, so that items move to other pages while somebody reads."
    ),
    "maker-draft": (
        "A patch of layers.conferencing with other changes is refused with 400; the texts of this and of the refusal for a draft "
        "are the sandbox's own. A patch that goes into a draft is answered 200 with publish_url, also where it changes nothing."
    ),
    "not-found": "An unknown path is answered 404, a known path with another method 405, both with `message`.",
    "null-references": "null for objectives_id, guardrails_id and pronunciation_dictionary_id means none.",
    "object-webhooks": "Of objects, only voices send webhooks.",
    "page-values": ("A limit or page that is not a number counts as the default, a limit above the maximum as the maximum."),
    "patch-conflict": "A patch whose path or test does not fit the document is answered as a malformed one is.",
    "patch-read-only": "A patch cannot change read-only fields: it is ignored there, as Tavus documents it for dictionaries.",
    "perception": "No application.perception_analysis is sent.",
    "persona-prompt": "A persona without system_prompt is refused with 400 if its pipeline_mode is full or left out.",
    "persona-references": (
        "A persona that refers to an unknown object is refused with 400 `Invalid <field>`; references to documents and "
        "replicas stay when those are deleted."
    ),
    "private": "require_auth is read at top level and in properties; the token is valid for participant_absent_timeout.",
    "progress": (
        "Training shows its progress in quarters; a document is `processing` after a third of the time, half done after two."
    ),
    "recording-failed": "Neither an event nor a webhook reports a recording that cannot be written.",
    "recording-key": "The key of a recording is `<conversation_id>/<milliseconds of its start>`; it is one object.",
    "recording-others": "Recordings to gcs and azure_blob are announced, with the s3 names of the fields, and never written.",
    "recording-start": "Recording starts only with a participant in the room, and only when a destination is known.",
    "recrawl-cooldown": "The cooldown begins with a recrawl, not with the first crawl.",
    "replica-joins": "The replica joins at the moment of creation.",
    "replica-list": "The list of replicas has a limit of 10 and starts at page 1, as the list of personas does.",
    "replica-ready": "A replica whose training is not completed can be neither in a conversation nor in a video: 400.",
    "room-url": "conversation_url leads to the sandbox's own room instead of Daily's.",
    "set-deletion": (
        "Deleted guardrails or objectives become null in the personas that refer to them, as deleted dictionaries do."
    ),
    "shutdown-reason": "shutdown_reason has the words of webhooks, reason those of the contract's example of events.",
    "spelling-kept": (
        "A conversation is shown in the spelling of the call that created it; events and webhooks keep the older one."
    ),
    "strict-integer": "3600.0 is not an integer.",
    "system-objects": "Objects that belong to Tavus cannot be changed or deleted: 400.",
    "tool-name": "A tool with the name of another one is answered 409.",
    "training-sources": (
        "Both sources of training, an image without voice_name or default_voice_id, both of these, and an unknown one are "
        "refused with 400."
    ),
    "transcript": "A conversation that somebody joined has a transcript of two turns, ready when the conversation ends.",
    "unknown-fields": "Fields that the contract does not name are ignored, unless the behavior keeps_unknown says otherwise.",
    "unknown-filter": "A filter value that the contract does not name matches nothing.",
    "training-voice": (
        "A replica that is trained from a video has a voice of its own when it is trained, which is in no list of voices."
    ),
    "video-sources": "A video with script and audio_url, or with neither, is refused with 400.",
    "voice-fields": (
        "A voice is created by voice_name, as it is read, and by train_audio_url, named as the sources of replicas are; a body "
        "without either of them is refused with 400."
    ),
    "voice-in-use": (
        "A voice with which a persona or a replica speaks is not deleted: 409 with `message`, and `used_by` with the counts of "
        "pals and faces; a replica counts with the voice that it began with, too."
    ),
    "voice-unknown": "An unknown voice_id is answered 404 with `message`.",
    "voice-webhook": "application.voice_status_changed has the members that events of conversations have, without an id of one.",
    "webhook-retries": "A webhook is tried three times on connection errors and 5xx, then dropped.",
}
