"""Errors of this package, and the mapping from Tavus's answers to them.

TavusError                      root: one line that says what was being done, what was answered, what to do now
├── SettingsError               fix the configuration
├── InputError                  fix an input
├── ConnectionFailed            never reached Tavus: safe to repeat
├── OutcomeUnknown              sent, but the answer was lost: check before repeating
│   └── ForeignAnswer           a proxy or gateway answered in Tavus's place: the same
├── StorageError                AWS refused something about the recording storage
└── ApiError                    Tavus answered with an error
    ├── Gone                    the object does not exist (any more)
    ├── Unauthorized            the API key is wrong
    ├── ConcurrencyLimit        all slots for active conversations are taken
    ├── RoleNotAssumable        the recording role cannot be assumed (yet)
    ├── RateLimited             too many calls: repeat after `retry_after` seconds
    └── ServerError             Tavus failed: repeat what is safe to repeat
"""

from __future__ import annotations

import re
from collections.abc import Callable


class TavusError(Exception):
    """Root of all errors that this package raises on purpose."""


class SettingsError(TavusError):
    """A setting is missing or wrong."""


class InputError(TavusError):
    """An input is wrong, or cannot be applied to what exists."""


class ConnectionFailed(TavusError):
    """No connection was made, so the service did not receive the request."""


class OutcomeUnknown(TavusError):
    """The request was sent without a usable answer: it may have been carried out."""

    @classmethod
    def from_answer(cls, doing: str, problem: str) -> OutcomeUnknown:
        """Return the error about an answer of Tavus's that has a problem."""
        return cls(f"could not {doing}: the answer of Tavus cannot be read ({problem})")


class ForeignAnswer(OutcomeUnknown):
    """Somebody between us and Tavus answered, before or after Tavus did what was asked.

    is_passing: whether the same call may be answered otherwise a little later. retry_after: seconds that it asked to wait.
    """

    def __init__(self, doing: str, status: int, text: str, is_passing: bool, retry_after: float | None = None) -> None:
        super().__init__(f"could not {doing}: the answer is not Tavus's own ({status} {text!r}); {_BETWEEN}")
        self.is_passing = is_passing
        self.retry_after = retry_after


class StorageError(TavusError):
    """AWS refused a call about a bucket or role."""


class ApiError(TavusError):
    """Tavus answered with an error; `status` is the HTTP status and `answer` Tavus's message."""

    def __init__(self, doing: str, status: int, answer: str, remedy: str = "") -> None:
        super().__init__(f"could not {doing}: Tavus answered {status} {answer!r}" + (f"; {remedy}" if remedy else ""))
        self.doing = doing
        self.status = status
        self.answer = answer


class Gone(ApiError):
    """The object does not exist (any more)."""


class Unauthorized(ApiError):
    """Tavus does not accept the API key."""


class ConcurrencyLimit(ApiError):
    """As many conversations are active as the account may have."""


class RoleNotAssumable(ApiError):
    """Tavus could not assume the IAM role for recordings."""


class RateLimited(ApiError):
    """Too many calls; `retry_after` is the wait in seconds that Tavus asked for, or None."""

    retry_after: float | None = None


class ServerError(ApiError):
    """Tavus failed with a 5xx status."""


_SET_KEY = (
    "set the right key with `pulumi config set --secret tavus:apiKey KEY` and run `pulumi up`, or set TAVUS_API_KEY, which "
    "refresh and destroy use too"
)
_ROLE = (
    "the role must trust AWS account 291871421005 with the right sts:ExternalId, allow sessions of 43200 seconds, and be given "
    "by its full ARN; tavus_provider.RecordingStorage makes such a role"
)
_LIMIT = "end an active conversation or wait until one ends, then run `pulumi up` again"
_CREDITS = "add credits to the account (https://maker.tavus.io), then run `pulumi up` again"
_PERSONA = "persona_id must be a persona of this account or of Tavus (https://maker.tavus.io)"
_REPLICA = "replica_id, or a persona's default_replica_id, must be a replica of this account or of Tavus (https://maker.tavus.io)"
_MAKER = (
    "somebody has unpublished changes of it in PAL Maker (https://maker.tavus.io): have them published or dropped there and run "
    '`pulumi up` again, or set maker_draft="discard", which drops them'
)
_ADDRESS = "check tavus:baseUrl (TAVUS_BASE_URL)"
_BETWEEN = "a proxy or gateway gave it: check HTTPS_PROXY and tavus:baseUrl (TAVUS_BASE_URL)"


def error_for(doing: str, status: int, answer: str, id_field: str = "", retry_after: float | None = None) -> ApiError:
    """Return the error for an answer with a status of 400 or above.

    doing: what was being done, as in "end conversation c1". answer: Tavus's message. id_field: name of the id in the path.
    retry_after: seconds that Tavus asked to wait. Sources: Tavus API reference, error answers of each call; for 402 and the
    concurrency limit, answers that public projects report.
    """
    if id_field and _says_gone(status, answer, id_field):
        return Gone(doing, status, answer)
    kind, remedy = next(((kind, remedy) for matches, kind, remedy in _KINDS if matches(status, answer.lower())), (ApiError, ""))
    error = kind(doing, status, answer, remedy)
    if isinstance(error, RateLimited):
        error.retry_after = retry_after
    return error


def _says_gone(status: int, answer: str, id_field: str) -> bool:
    """Tell whether these are Tavus's own words for an object that does not exist.

    Any other 400 about an id is a mistake in the request, and any other 404 may be a gateway's: to take either for gone would
    leave a conversation active.
    """
    stem = id_field.removesuffix("_id").removesuffix("s")
    # Tavus calls the id of one guardrail as it does that of a set.
    if re.fullmatch(rf"Invalid {stem}s?_id", answer):
        return status in (400, 404)
    noun = stem.replace("_", " ")
    return status == 404 and re.fullmatch(rf"{noun}s? not found\.?", answer, re.IGNORECASE) is not None


_KINDS: tuple[tuple[Callable[[int, str], bool], type[ApiError], str], ...] = (
    (lambda status, answer: status == 401, Unauthorized, _SET_KEY),
    (lambda status, answer: status == 402, ApiError, _CREDITS),
    (lambda status, answer: "maximum concurrent conversations" in answer, ConcurrencyLimit, _LIMIT),
    (lambda status, answer: "unable to assume role" in answer, RoleNotAssumable, _ROLE),
    (lambda status, answer: status == 400 and answer == "invalid persona_id", ApiError, _PERSONA),
    (lambda status, answer: status == 400 and answer in ("invalid replica_id", "invalid replica_uuid"), ApiError, _REPLICA),
    (lambda status, answer: status == 409 and "maker_changes" in answer, ApiError, _MAKER),
    (lambda status, answer: status == 404, ApiError, _ADDRESS),
    # These last for hours, so they are not worth a retry.
    (lambda status, answer: status == 429 and ("cooldown" in answer or "contact support" in answer), ApiError, ""),
    (lambda status, answer: status == 429, RateLimited, "wait a little, then try again"),
    (lambda status, answer: status >= 500, ServerError, "Tavus has a problem: try again later"),
)
