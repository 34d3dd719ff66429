"""Words of the pages, for readers who know neither Tavus nor Pulumi: why a conversation ends, and what to do next."""

from __future__ import annotations

from ..world.conversation import ABSENT, DELETED, ENDED_BY_CALL, LEFT, MAX_DURATION, Conversation

REASONS = {
    MAX_DURATION: "it had lasted as long as it may",
    ABSENT: "nobody had joined in time",
    LEFT: "everybody had left",
    ENDED_BY_CALL: "a program ended it",
    DELETED: "a program deleted it",
}
"""Why a conversation has ended, by Tavus's term for it."""
NEXT_ENDS = {
    MAX_DURATION: "when it has lasted as long as it may",
    ABSENT: "if nobody joins",
    LEFT: "if nobody comes back",
}
"""Why an active conversation is going to end, by Tavus's term for it."""
RECORDING_STATES = {
    "recording": "recording now",
    "saving": "being saved",
    "written": "saved in the bucket",
    "simulated": "not saved: there is no storage to save to",
    "failed": "could not be saved",
}
"""What has become of a recording, by its status."""


def suggest_step(conversation: Conversation) -> str:
    """Return what somebody can do next in a room."""
    if not conversation.is_active:
        return "Nobody can join any more: a program has to create another conversation."
    if not conversation.participants:
        return f"Click Join to take part{'; then you can record' if conversation.can_record else ''}."
    if conversation.running_recording:
        return "Stop the recording to save it."
    leave = f"Leave to end the conversation{_describe_wait(conversation.settings.participant_left_timeout)}."
    if conversation.recordings:
        return f"The recording is listed below. {leave}"
    return f"Start a recording; it is listed below. {leave}" if conversation.can_record else leave


def _describe_wait(seconds: float) -> str:
    return f", {seconds:.0f} seconds after the last one has left" if seconds else ""
