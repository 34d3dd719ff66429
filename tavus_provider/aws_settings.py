"""The stack's configuration of AWS: pulumi-aws's keys, each honored, or refused unless it asks for what happens anyway.

docs/aws-settings.md is written from this table. Source: Pulumi registry, AWS 7, "Installation & configuration" and Provider.
"""

import functools
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal, Required, TypedDict

from .api.errors import SettingsError
from .schema.fields import Field, InputSpec, Validator, table
from .schema.formats import validate_http_url, validate_iam_role_arn
from .schema.validation import find_failures

AwsSettings = tuple[tuple[str, str], ...]
"""Keys of the stack's configuration of AWS with their values, as Pulumi stores them: lists and objects are JSON."""

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def seconds(duration: str) -> int:
    """Return the seconds of a duration such as "1h30m", else 0. Source: Go's documentation, time.ParseDuration."""
    parts = re.findall(r"([\d.]+)(h|ms|us|µs|ns|m|s)", duration)
    try:
        return int(sum(float(number) * _UNITS[unit] for number, unit in parts)) if "".join(map("".join, parts)) == duration else 0
    except ValueError:
        return 0


def _validate_duration(value: str) -> str | None:
    return None if 900 <= seconds(value) <= 43200 else "must be a duration between 15m and 12h, such as 1h30m"


def _validate_policy(value: str) -> str | None:
    return None if isinstance(_from_json(value), dict) else "must be a policy as JSON"


def _validate_file(value: str) -> str | None:
    return None if os.path.isfile(os.path.expanduser(value)) else f"must be the path of a file that exists, not {value!r}"


def _validate_only_file(value: Sequence[str]) -> str | None:
    return _validate_file(value[0]) if len(value) == 1 else "must have one path only: boto3 reads one such file"


def _validate_accounts(value: Sequence[str]) -> str | None:
    wrong = next((each for each in value if not re.fullmatch(r"\d{12}", each, re.ASCII)), None)
    return None if wrong is None else f"must be a list of accounts of 12 digits, not {wrong!r}"


def _validate_token(value: Mapping[str, Any]) -> str | None:
    both = "webIdentityToken" in value, "webIdentityTokenFile" in value
    return None if sum(both) == 1 else "must have either webIdentityToken or webIdentityTokenFile"


def _validate_endpoints(value: Any) -> str | None:
    urls = [value] if isinstance(value, str) else list(endpoints(value).values())
    if urls and all(isinstance(url, str) and validate_http_url(url) is None for url in urls):
        return None
    return 'must be a URL, or JSON as in [{"s3": "http://127.0.0.1:5000", "iam": "http://127.0.0.1:5000"}]'


def endpoints(value: Any) -> dict[str, Any]:
    """Return the addresses of services by their names in `aws:endpoints`; "" is the name of one for all services."""
    if isinstance(value, str):
        return {"": value}
    listed = value if isinstance(value, list) else [value]
    return {name: url for each in listed if isinstance(each, dict) for name, url in each.items() if url != ""}


def _set(doc: str, path: str, validator: Validator | None = None) -> Field:
    """Return the field of a key that a path writes; the mistakes in it show the command."""
    return Field(f"{doc} `pulumi config set --path {path}` writes it.", validator=validator)


def _only(harmless: Any, remedy: str) -> Field:
    """Return the field of a key that is refused, unless it asks for what the provider does anyway."""
    wanted = "left out" if harmless is None else json.dumps(harmless)
    reason = f"must be {wanted} for buckets and roles of tavus_provider: {remedy}"
    doc = f"Refused{'' if harmless is None else f' unless `{json.dumps(harmless)}`'}: {remedy}."
    return Field(doc, validator=lambda value: None if value == harmless else reason)


_RoleArn = Annotated[str, Field("ARN of the role.", validator=validate_iam_role_arn)]
_SessionName = Annotated[str, Field("Name of the session; by default one that botocore chooses.")]
_Duration = Annotated[
    str, Field("How long its credentials are valid, as in `1h30m`; they are renewed.", validator=_validate_duration)
]
_Policy = Annotated[str, Field("Policy that restricts the session further, as JSON.", validator=_validate_policy)]
_PolicyArns = Annotated[Sequence[str], Field("Managed policies that restrict the session further.")]


class AssumeRole(TypedDict, total=False):
    """A role to assume, by the arguments of STS. Source: AWS STS API reference, AssumeRole."""

    roleArn: Required[_RoleArn]
    sessionName: _SessionName
    duration: _Duration
    policy: _Policy
    policyArns: _PolicyArns
    externalId: Annotated[str, Field("What the role's trust policy may ask for.", sensitive=True)]
    tags: Annotated[Mapping[str, str], Field("Tags of the session.")]
    transitiveTagKeys: Annotated[Sequence[str], Field("Keys of those tags that the sessions of later roles have, too.")]
    sourceIdentity: Annotated[str, Field("Who uses the role.")]


class AssumeRoleWithWebIdentity(TypedDict, total=False):
    """A role to assume with a token. Source: AWS STS API reference, AssumeRoleWithWebIdentity."""

    roleArn: Required[_RoleArn]
    sessionName: _SessionName
    duration: _Duration
    policy: _Policy
    policyArns: _PolicyArns
    webIdentityToken: Annotated[str, Field("The token.", secret=True)]
    webIdentityTokenFile: Annotated[str, Field("File with the token, read again for each session.", validator=_validate_file)]


class DefaultTags(TypedDict, total=False):
    """Default tags."""

    tags: Annotated[Mapping[str, str], _set("The tags.", "aws:defaultTags.tags.team video")]


class IgnoreTags(TypedDict, total=False):
    """Ignored tags."""

    keys: Annotated[Sequence[str], _set("Keys of tags.", "'aws:ignoreTags.keys[0]' cost-centre")]
    keyPrefixes: Annotated[Sequence[str], _set("Beginnings of keys of tags.", "'aws:ignoreTags.keyPrefixes[0]' org:")]


class AwsConfig(TypedDict, total=False):
    """The keys, without `aws:`."""

    accessKey: Annotated[str, Field("Access key, with `aws:secretKey`.", sensitive=True)]
    secretKey: Annotated[str, Field("Secret key.", secret=True)]
    token: Annotated[str, Field("Session token of these keys.", secret=True)]
    profile: Annotated[str, Field("Profile of the shared files.")]
    sharedConfigFiles: Annotated[
        Sequence[str],
        _set(
            "The file in the place of `~/.aws/config`, only one.",
            "'aws:sharedConfigFiles[0]' FILE",
            validator=_validate_only_file,
        ),
    ]
    sharedCredentialsFiles: Annotated[
        Sequence[str],
        _set(
            "The file in the place of `~/.aws/credentials`, only one.",
            "'aws:sharedCredentialsFiles[0]' FILE",
            validator=_validate_only_file,
        ),
    ]
    skipMetadataApiCheck: Annotated[bool, Field("Whether to skip EC2's metadata service in the search for credentials.")]
    ec2MetadataServiceEndpoint: Annotated[str, Field("Address of that service.", validator=validate_http_url)]
    ec2MetadataServiceEndpointMode: Annotated[Literal["IPv4", "IPv6"], Field("Protocol of that service.")]
    assumeRoleWithWebIdentity: Annotated[
        AssumeRoleWithWebIdentity,
        _set(
            "Role to assume first, with a token.",
            "aws:assumeRoleWithWebIdentity.roleArn ARN",
            validator=_validate_token,
        ),
    ]
    assumeRoles: Annotated[
        Sequence[AssumeRole],
        _set("Roles to assume, each with the credentials of the one before.", "'aws:assumeRoles[0].roleArn' ARN"),
    ]
    assumeRole: Annotated[
        AssumeRole,
        _set("The same for one role, as pulumi-aws had it before version 7.", "aws:assumeRole.roleArn ARN"),
    ]
    allowedAccountIds: Annotated[
        Sequence[str],
        _set(
            "The only accounts that may be used; in any other, preview and every call to S3, IAM and KMS are refused.",
            "'aws:allowedAccountIds[0]' 123456789012",
            validator=_validate_accounts,
        ),
    ]
    forbiddenAccountIds: Annotated[
        Sequence[str],
        _set(
            "Accounts that may not be used.",
            "'aws:forbiddenAccountIds[0]' 123456789012",
            validator=_validate_accounts,
        ),
    ]
    region: Annotated[str, Field("Region of what names none.")]
    stsRegion: Annotated[str, Field("Region of STS; by default that of the bucket or role.")]
    endpoints: Annotated[Any, Field("Address of AWS, or a list with one for each service.", validator=_validate_endpoints)]
    useFipsEndpoint: Annotated[bool, Field("Whether addresses with FIPS are used.")]
    useDualstackEndpoint: Annotated[bool, Field("Whether addresses with IPv6 are used.")]
    s3UsePathStyle: Annotated[bool, Field("Whether the bucket is in the path of an address, not in its host.")]
    s3UsEast1RegionalEndpoint: Annotated[
        Literal["legacy", "regional"], Field("Which address S3 has in us-east-1: the global one, or that of the region.")
    ]
    httpProxy: Annotated[str, Field("Proxy for http.", validator=validate_http_url, sensitive=True)]
    httpsProxy: Annotated[str, Field("Proxy for https.", validator=validate_http_url, sensitive=True)]
    noProxy: Annotated[str, Field("Hosts, with commas, that are called without these proxies.")]
    customCaBundle: Annotated[str, Field("File with the certificates to trust.", validator=_validate_file)]
    maxRetries: Annotated[int, Field("Attempts of one call, the first included.", minimum=1, default=5)]
    retryMode: Annotated[Literal["standard", "adaptive"], Field("How calls are repeated.", default="standard")]
    userAgents: Annotated[Sequence[str], Field("Additions to the User-Agent of calls, which has `tavus-provider/VERSION`.")]
    defaultTags: Annotated[
        DefaultTags,
        _set("Tags that each bucket and role gets in addition to its own.", "aws:defaultTags.tags.team video"),
    ]
    ignoreTags: Annotated[
        IgnoreTags,
        _set(
            "Tags of buckets and roles that others set: neither shown nor written nor removed.",
            "'aws:ignoreTags.keys[0]' cost-centre",
        ),
    ]
    skipCredentialsValidation: Annotated[bool, Field("Nothing to skip: no call is made only to try the credentials.")]
    skipRegionValidation: Annotated[bool, Field("Nothing to skip: any region in the form of AWS's is taken.")]
    skipRequestingAccountId: Annotated[bool, _only(False, "STS is asked for the account, which tells whose bucket a name is")]
    insecure: Annotated[bool, _only(False, "name the server's certificate in aws:customCaBundle instead")]
    tagPolicyCompliance: Annotated[str, _only("disabled", "AWS itself enforces the organization's tag policies")]
    tokenBucketRateLimiterCapacity: Annotated[
        int, _only(None, "boto3 has no such limit; aws:retryMode=adaptive slows calls down")
    ]


AWS_KEYS = tuple(AwsConfig.__annotations__)


def find_mistakes(aws: AwsSettings) -> Iterator[str]:
    """Yield what is wrong with the configuration, as far as that can be told without the network."""
    rows, given = table(AwsConfig), _read_all(aws)
    for failure in find_failures(rows, given, "pulumi-aws's configuration", "aws:"):
        row = rows.find_at(failure.property.removeprefix("aws:"))
        command = re.search("`pulumi config set[^`]*`", row.field.doc if row else "")
        yield f"{failure}; {command[0]} writes it" if command else str(failure)
    if given.keys() & {"accessKey", "secretKey", "token"} and not {"accessKey", "secretKey"} <= given.keys():
        yield "aws:accessKey and aws:secretKey belong together: set both, or neither to use a profile or the environment"
    for one, other in (("allowedAccountIds", "forbiddenAccountIds"), ("assumeRole", "assumeRoles")):
        if {one, other} <= given.keys():
            yield f"aws:{one} and aws:{other} exclude each other: `pulumi config rm aws:{one}`, or the other one"


@functools.cache
def parse(aws: AwsSettings) -> Mapping[str, Any]:
    """Return the values of the keys that are set. Raises SettingsError with the first mistake."""
    for mistake in find_mistakes(aws):
        raise SettingsError(mistake)
    return MappingProxyType(_read_all(aws))


def _read_all(aws: AwsSettings) -> dict[str, Any]:
    rows = table(AwsConfig)
    return {name: _read(row, value) for name, value in aws if (row := rows.find(name))}


def _read(row: InputSpec | None, value: Any) -> Any:
    """Return a value as the type of its row, or as it is if it cannot be read so."""
    if row is None:
        return value
    if row.kind is str:  # which Pulumi stores as a number if it has digits only
        return json.dumps(value) if isinstance(value, int | float) else value
    read = _from_json(value.lower() if row.kind is bool and isinstance(value, str) else value)
    if isinstance(read, list):
        return [_read(row.item, each) for each in read]
    if isinstance(read, dict):
        return {name: _read(row.item or row.all_members.find(name), each) for name, each in read.items()}
    return read


def _from_json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
