"""
The errors of this package, and how Tavus's answers become them.

TavusError                      the root: one line that says what was being done, what was answered, what to do now
├── SettingsError               fix the configuration
├── InputError                  fix an input
├── ConnectionFailed            never reached Tavus: safe to repeat
├── OutcomeUnknown              sent, but the answer was lost: look before repeating
├── StorageError                AWS refused something about the recording storage
└── ApiError                    Tavus answered with an error
    ├── Gone                    the thing does not exist (any more)
    ├── Unauthorized            the API key is wrong
    ├── ConcurrencyLimit        all slots for active conversations are taken
    ├── RoleNotAssumable        the recording role cannot be assumed (yet)
    ├── RateLimited             too many calls: repeat after `retry_after` seconds
    └── ServerError             Tavus is in trouble: repeat what is safe to repeat
"""

from __future__ import annotations

from collections.abc import Callable


class TavusError(Exception):
    """Root of all errors that this package raises on purpose."""


class SettingsError(TavusError):
    """A setting is missing or wrong."""


class InputError(TavusError):
    """An input cannot be carried out as it is."""


class ConnectionFailed(TavusError):
    """No connection was made, so nothing was asked of the service."""


class OutcomeUnknown(TavusError):
    """The request was sent and no usable answer came back: it may have been carried out."""


class StorageError(TavusError):
    """AWS refused a call about a bucket or role."""


class ApiError(TavusError):
    """Tavus answered with an error; `status` is the HTTP status and `answer` Tavus's own words."""

    def __init__(self, doing: str, status: int, answer: str, remedy: str = "") -> None:
        super().__init__(f"could not {doing}: Tavus answered {status} {answer!r}" + (f"; {remedy}" if remedy else ""))
        self.doing = doing
        self.status = status
        self.answer = answer


class Gone(ApiError):
    """The thing does not exist (any more)."""


class Unauthorized(ApiError):
    """The API key is not accepted."""


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
    "refresh and destroy heed too"
)
_ROLE = (
    "the role must trust AWS account 291871421005 with the right sts:ExternalId, allow sessions of 43200 seconds, and be given "
    "by its full ARN; tavus_provider.RecordingStorage makes one that fits"
)
_LIMIT = "end an active conversation or wait until one ends, then run `pulumi up` again"
_CREDITS = "add credits to the account (https://platform.tavus.io/billing), then run `pulumi up` again"
_PERSONA = "persona_id must be a persona of this account or of Tavus (https://platform.tavus.io/personas)"
_REPLICA = (
    "replica_id, or a persona's default_replica_id, must be a replica of this account or of Tavus "
    "(https://platform.tavus.io/replicas)"
)
_ADDRESS = "check tavus:baseUrl (TAVUS_BASE_URL)"


def error_for(doing: str, status: int, answer: str, id_field: str = "", retry_after: float | None = None) -> ApiError:
    """
    Return the error that an answer with a status of 400 or above stands for.

    doing: what was being done, as in "end conversation c1". id_field: the id that the path names; only then can the answer
    mean that the thing is gone: 404, or 400 with exactly "Invalid <id_field>". Sources: Tavus API reference, error answers of
    each call; for 402 and the concurrency limit, answers that public projects report.
    """
    if id_field and (status == 404 or (status == 400 and answer == f"Invalid {id_field}")):
        return Gone(doing, status, answer)
    kind, remedy = next(((kind, remedy) for fits, kind, remedy in _KINDS if fits(status, answer.lower())), (ApiError, ""))
    error = kind(doing, status, answer, remedy)
    if isinstance(error, RateLimited):
        error.retry_after = retry_after
    return error


_KINDS: tuple[tuple[Callable[[int, str], bool], type[ApiError], str], ...] = (
    (lambda status, said: status == 401, Unauthorized, _SET_KEY),
    (lambda status, said: status == 402, ApiError, _CREDITS),
    (lambda status, said: "maximum concurrent conversations" in said, ConcurrencyLimit, _LIMIT),
    (lambda status, said: "unable to assume role" in said, RoleNotAssumable, _ROLE),
    (lambda status, said: status == 400 and said == "invalid persona_id", ApiError, _PERSONA),
    (lambda status, said: status == 400 and said in ("invalid replica_id", "invalid replica_uuid"), ApiError, _REPLICA),
    (lambda status, said: status == 404, ApiError, _ADDRESS),
    (lambda status, said: status == 429 and ("cooldown" in said or "contact support" in said), ApiError, ""),  # waiting is long
    (lambda status, said: status == 429, RateLimited, "wait a little, then try again"),
    (lambda status, said: status >= 500, ServerError, "Tavus is in trouble: try again later"),
)
