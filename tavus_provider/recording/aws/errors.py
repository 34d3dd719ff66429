"""Errors of AWS as one line: what was being done to which bucket or role, what AWS answered, and what to do now.

StorageError        the root, see api.errors
├── Missing         the bucket or role does not exist (any more)
├── Unset           the bucket has no such setting, or the KMS key does not exist
├── Denied          the caller lacks a permission
├── Taken           the name is in use
├── NotEmpty        the bucket contains objects
├── Busy            AWS is still carrying out an earlier change: repeat
└── Unanswered      no answer says whether it was carried out

Sources: Amazon S3 API reference, "Error responses"; AWS IAM API reference, "Common errors" and the errors of each call; AWS
KMS API reference, the errors of each call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...api.errors import StorageError
from .permissions import SESSION_CALLS, action_for

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError


class Missing(StorageError):
    """The bucket or role does not exist (any more)."""


class Unset(StorageError):
    """The bucket exists but has no such setting, or the KMS key does not exist."""


class Denied(StorageError):
    """The caller lacks a permission."""


class Taken(StorageError):
    """The name is in use; `ours`: an earlier attempt of the same call, whose answer was lost, took it."""

    ours = False


class NotEmpty(StorageError):
    """The bucket contains objects."""


class Busy(StorageError):
    """AWS is still carrying out an earlier change."""


class Unanswered(StorageError):
    """No answer came, or one that does not say whether the call was carried out."""


@contextmanager
def map_errors(doing: str) -> Iterator[None]:
    """Raise boto3's errors as StorageError; `doing` is as in "create bucket 'b'"."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # loaded only to call AWS
    from botocore.parsers import ResponseParserError  # noqa: PLC0415  # the same

    try:
        yield
    except ClientError as error:
        raise _to_error(doing, error) from error
    except BotoCoreError as error:
        raise _to_failure(doing, error) from error
    except (ResponseParserError, KeyError) as error:  # KeyError: an answer without what this call always has
        # A proxy or gateway may have answered after AWS carried the call out.
        raise Unanswered(_line(doing, "the answer is not AWS's own", _NETWORK)) from error


_REQUEST_IDS = ("x-amz-request-id", "x-amzn-requestid")


def require_own_answer(response_dict: Mapping[str, Any], **_: object) -> None:
    """Raise ResponseParserError unless AWS itself answered; botocore calls this before it reads an answer.

    Each service of AWS sends a request id. Sources: Amazon S3 API reference, "Common response headers"; AWS IAM and KMS API
    references, "Common errors". Server errors pass, because botocore repeats them.
    """
    from botocore.parsers import ResponseParserError  # noqa: PLC0415  # loaded only to call AWS

    # botocore takes any page for the answer to a call that returns nothing, and a page under 404 for AWS's word that it is gone.
    status, headers = response_dict["status_code"], response_dict["headers"]
    if status < 500 and not any(name in headers for name in _REQUEST_IDS):
        raise ResponseParserError(f"no request id under status {status}")


_SIGN_IN = "sign in again (`aws sso login`), or set new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"
_GIVE = (
    "give AWS credentials: `pulumi config set aws:profile NAME` or AWS_PROFILE, AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, or "
    "`aws configure`"
)
_SOURCE = (
    "check where the credentials come from: the environment, or the profile in aws:profile or AWS_PROFILE, whose "
    "credential_process must print JSON and must not ask for anything"
)
_PROFILE = "name a profile of ~/.aws/config in aws:profile or AWS_PROFILE"
_CHECK = "check the credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile in aws:profile or AWS_PROFILE"
_NETWORK = "check the network, the region and, where one is set, aws:endpoints or AWS_ENDPOINT_URL"
_REGION = "check the region: the input `region`, aws:region or AWS_REGION"
_BUCKET_TAKEN = "all AWS accounts share the names of buckets: choose another bucket_name, or give none to have one chosen"
_OWN_BUCKET = (
    "this account has that bucket already: choose another bucket_name, give none to have one chosen, or write existing_bucket "
    "to use or manage that one"
)
_ROLE_TAKEN = "choose another role_name, or give none to have one chosen"
_KEY = "check kms_key_arn: the key must exist, in the bucket's region"
_KEY_STATE = "enable the key, or give another one in kms_key_arn"
_QUOTA = "delete some that you do not need, or request a higher quota in the console under Service Quotas"
_THROTTLED = "AWS throttles this account: wait a minute, then try again"
_BUSY = "AWS is still carrying out an earlier change: try again in some minutes"
_TROUBLE = "AWS has a problem: try again later"

_UNSET = (
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
)
_KINDS: tuple[tuple[tuple[str, ...], type[StorageError], str], ...] = (
    (_UNSET, Unset, ""),
    (("NotFoundException",), Unset, _KEY),
    (("NoSuchBucket", "NoSuchEntity", "404"), Missing, ""),  # the answer to HEAD has no body, so its status is the code
    (("BucketAlreadyExists",), Taken, _BUCKET_TAKEN),
    (("BucketAlreadyOwnedByYou",), Taken, _OWN_BUCKET),
    (("EntityAlreadyExists",), Taken, _ROLE_TAKEN),
    (("BucketNotEmpty",), NotEmpty, ""),
    (("OperationAborted", "ConcurrentModification", "EntityTemporarilyUnmodifiable"), Busy, _BUSY),
    (("InvalidArnException",), Busy, _BUSY),  # KMS does not know a role that was just created
    (("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"), StorageError, _SIGN_IN),
    (
        ("AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken", "SignatureDoesNotMatch"),
        StorageError,
        _CHECK,
    ),
    (("DisabledException", "KMSInvalidStateException"), StorageError, _KEY_STATE),
    (("TooManyBuckets", "LimitExceeded", "LimitExceededException"), StorageError, _QUOTA),
    (("Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown"), StorageError, _THROTTLED),
    (("301", "AuthorizationHeaderMalformed", "PermanentRedirect"), StorageError, _REGION),
    (("IllegalLocationConstraintException", "InvalidLocationConstraint", "InvalidRegion"), StorageError, _REGION),
)
_DENIED = ("AccessDenied", "AccessDeniedException", "403")

_FAILURES: tuple[tuple[tuple[str, ...], type[StorageError], str], ...] = (
    (("NoCredentialsError", "PartialCredentialsError", "NoAuthTokenError"), StorageError, _GIVE),
    (("ProfileNotFound",), StorageError, _PROFILE),
    (("SSOError", "LoginError", "TokenRetrievalError"), StorageError, _SIGN_IN),
    (("CredentialRetrievalError",), StorageError, _SOURCE),
    (("NoRegionError", "InvalidRegionError"), StorageError, _REGION),
    (("ConnectionError",), StorageError, _NETWORK),
    (("HTTPClientError",), Unanswered, _NETWORK),  # such as a timeout while reading the answer
)
"""By the names of botocore's classes; the first match counts."""


def _to_error(doing: str, error: ClientError) -> StorageError:
    """Return the error for AWS's answer."""
    answer, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    code = str(answer.get("Code", ""))
    kind, remedy = next(((kind, remedy) for codes, kind, remedy in _KINDS if code in codes), (StorageError, ""))
    if code in _DENIED:
        kind, remedy = Denied, f"the caller needs the permission {action_for(error.operation_name)}"
        if error.operation_name in SESSION_CALLS:  # which says nothing about the bucket or role that credentials were needed for
            kind, remedy = StorageError, f"{remedy}, and the role's trust policy has to allow it"
    elif kind is StorageError and metadata.get("HTTPStatusCode", 0) >= 500:
        # AWS may have carried out a call that it answers with a server error.
        kind, remedy = Unanswered, remedy or _TROUBLE
    mapped = kind(_line(doing, f"AWS answered {code} {answer.get('Message', '')!r}", remedy))
    if isinstance(mapped, Taken):
        # boto3 repeats a call whose answer it lost.
        mapped.ours = metadata.get("RetryAttempts", 0) > 0
    return mapped


def _to_failure(doing: str, error: BotoCoreError) -> StorageError:
    """Return the error for a call without an answer."""
    # Classes are compared by name, so that botocore need not be imported here.
    families = {each.__name__ for each in type(error).__mro__}
    kind, remedy = next(((kind, remedy) for names, kind, remedy in _FAILURES if families & set(names)), (StorageError, ""))
    return kind(_line(doing, str(error), remedy))


def _line(doing: str, answer: str, remedy: str) -> str:
    return f"could not {doing}: {answer.rstrip('.')}" + (f"; {remedy}" if remedy else "")
