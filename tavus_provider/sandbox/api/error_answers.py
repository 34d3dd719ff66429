"""Error answers: the one exception that becomes one, and Tavus's texts.

Sources: Tavus API reference, the error bodies of each operation; Tavus docs, PAL Editing Lifecycle; for the concurrency limit and
the credits, bodies seen in public clients of the API.
"""

from __future__ import annotations


class ErrorAnswer(Exception):
    """An answer other than success: HTTP status, text, the key (`error` or `message`) that carries the text, other members."""

    def __init__(self, status: int, text: str, key: str = "error", **others: object) -> None:
        super().__init__(text)
        self.status, self.text, self.key, self.others = status, text, key, others
        self.body = {key: text, **others}


def invalid_id(field: str) -> ErrorAnswer:
    """Return the answer to an unknown id: 400, not 404, for most kinds of objects."""
    return ErrorAnswer(400, f"Invalid {field}")


def invalid_key() -> ErrorAnswer:
    """Return the answer to a missing or wrong x-api-key."""
    return ErrorAnswer(401, "Invalid access token", "message")


def maker_conflict() -> ErrorAnswer:
    """Return the answer to a change of a persona that has a draft in PAL Maker."""  # assumed: maker-draft
    text = "This PAL has unpublished changes in PAL Maker. Retry with force=true to discard them."
    return ErrorAnswer(409, text, conflict="maker_changes")


def concurrency_limit() -> ErrorAnswer:
    """Return the answer to a conversation beyond the account's limit: `message`, although the contract says `error`."""
    return ErrorAnswer(400, "User has reached maximum concurrent conversations", "message")


def missing_credits() -> ErrorAnswer:
    """Return the answer to a conversation that the account cannot pay for."""
    return ErrorAnswer(402, "The user is out of conversational credits.", "message")


# The sandbox's own explanations, in brackets, say "local check": "sandbox" is the default key, which clients mask in texts.
def unusable_role(detail: str) -> ErrorAnswer:
    """Return Tavus's answer to a recording role that it cannot use, with the sandbox's explanation in brackets."""
    return ErrorAnswer(400, f"unable to assume role with given parameters (local check: {detail})")


def unusable_bucket(bucket: str, detail: str) -> ErrorAnswer:
    """Return the answer to a recording bucket that cannot be used."""  # assumed: aws-text
    return ErrorAnswer(400, f"unable to use recording bucket {bucket!r} (local check: {detail})")


def failed_creation(detail: str) -> ErrorAnswer:
    """Return Tavus's general answer to a failed creation, with the sandbox's explanation in brackets."""
    text = "There was an error creating the conversation, please reach out to support at support@tavus.io!"
    return ErrorAnswer(400, f"{text} (local check: {detail})")


def room_error(text: str, status: int = 409) -> ErrorAnswer:
    """Return the refusal of what a participant asked of a room."""
    return ErrorAnswer(status, text, "message")
