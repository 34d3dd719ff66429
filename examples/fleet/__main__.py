"""A room for each row of rooms.csv, or for each row of one part of it where several stacks share the rows."""

from pathlib import Path

import pulumi
from rows import RowsError, part_of, read_rows

import tavus_provider as tavus

part, parts = map(int, pulumi.Config().require("part").split("/"))

try:
    rows = read_rows(Path(__file__).parent / "rooms.csv")
except RowsError as error:
    raise pulumi.RunError(str(error)) from None

urls = {}
for row in rows:
    if part_of(row.key, parts) == part:
        # The name comes from the key, so that a row that is added, dropped or moved concerns no other room.
        call = tavus.Conversation(
            row.key,
            persona_id=row.persona_id,
            language=row.language,
            max_call_duration=row.minutes * 60,  # seconds
            participant_absent_timeout=row.minutes * 60,  # otherwise Tavus ends a room that nobody joins after five minutes
            custom_greeting=row.greeting,
        )
        urls[row.key] = call.conversation_url

pulumi.export("urls", urls)
