"""The one error that the sandbox answers with, and the texts that Tavus uses.

Sources: Tavus API reference, the error bodies of each operation; for the concurrency limit and the credits, bodies
seen in public clients of the API. Explanations of the sandbox's own do not say "sandbox": that is the default key, which
clients mask.
"""

from __future__ import annotations


class ApiError(Exception):
    """An answer other than success: HTTP status, text, and the key (`error` or `message`) that carries the text."""

    def __init__(self, status: int, text: str, key: str = "error") -> None:
        super().__init__(text)
        self.status, self.text, self.key = status, text, key
        self.body = {key: text}


def invalid_id(field: str) -> ApiError:
    """Return the answer to an id that is unknown: 400, not 404, for most objects."""
    return ApiError(400, f"Invalid {field}")


def unauthorized() -> ApiError:
    """Return the answer to a missing or wrong x-api-key."""
    return ApiError(401, "Invalid access token", "message")


def concurrency_reached() -> ApiError:
    """Return the answer to a conversation beyond the account's limit: `message`, although the contract says `error`."""
    return ApiError(400, "User has reached maximum concurrent conversations", "message")


def out_of_credits() -> ApiError:
    """Return the answer to a conversation that the account cannot pay for."""
    return ApiError(402, "The user is out of conversational credits.", "message")


def cannot_assume_role(detail: str) -> ApiError:
    """Return Tavus's answer to a recording role that it cannot use, with the sandbox's explanation in brackets."""
    return ApiError(400, f"unable to assume role with given parameters (local check: {detail})")


def bad_bucket(bucket: str, detail: str) -> ApiError:
    """Return the answer to a recording bucket that cannot be used."""  # assumed: aws-text
    return ApiError(400, f"unable to use recording bucket {bucket!r} (local check: {detail})")


def creation_failed(detail: str) -> ApiError:
    """Return Tavus's general answer to a failed creation, with the sandbox's explanation in brackets."""
    text = "There was an error creating the conversation, please reach out to support at support@tavus.io!"
    return ApiError(400, f"{text} (local check: {detail})")


def room_error(text: str, status: int = 409) -> ApiError:
    """Return a control path's refusal: what was asked of the room cannot happen there now."""
    return ApiError(status, text, "message")
