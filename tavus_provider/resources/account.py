"""Account: a Tavus account, address or AWS profile of its own for some of a program's resources."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Required, TypedDict, Unpack

import pulumi

from ..program.native_plugin import is_native, register_account
from ..schema.documentation import add_documentation
from ..schema.fields import Field, table
from ..schema.spellings import find_misspelled

KEYS = {
    "api_key": "tavus:apiKey",
    "base_url": "tavus:baseUrl",
    "retry_timeout": "tavus:retryTimeout",
    "role_timeout": "tavus:roleTimeout",
    "settle_timeout": "tavus:settleTimeout",
    "late_timeout": "tavus:lateTimeout",
    "recovery": "tavus:recovery",
    "naming": "tavus:naming",
    "allow_plain_http": "tavus:allowPlainHttp",
    "max_concurrency": "tavus:maxConcurrency",
    "aws_region": "aws:region",
    "aws_profile": "aws:profile",
    "aws_endpoints": "aws:endpoints",
    "aws_allowed_account_ids": "aws:allowedAccountIds",
    "aws_forbidden_account_ids": "aws:forbiddenAccountIds",
    "aws_assume_roles": "aws:assumeRoles",
}
"""The keys of the stack's configuration, by argument."""


class AccountArgs(TypedDict, total=False):
    """Settings that replace those of the stack's configuration; the environment supplies the rest."""

    api_key: Required[Annotated[pulumi.Input[str], Field("API key of the account; a secret.", replaces=False)]]
    base_url: Annotated[pulumi.Input[str], Field("Address of the API.", replaces=False, default="https://tavusapi.com")]
    retry_timeout: Annotated[
        pulumi.Input[int], Field("Time for all tries of one call.", replaces=False, unit="seconds", default=60)
    ]
    role_timeout: Annotated[
        pulumi.Input[int],
        Field("How long a create goes on while Tavus cannot assume a new role yet.", replaces=False, unit="seconds", default=60),
    ]
    settle_timeout: Annotated[
        pulumi.Input[int],
        Field("How long a create searches for a conversation whose answer was lost.", replaces=False, unit="seconds", default=10),
    ]
    late_timeout: Annotated[
        pulumi.Input[int],
        Field(
            "How long after a lost answer each run looks for what Tavus may create late.",
            replaces=False,
            unit="seconds",
            default=300,
        ),
    ]
    recovery: Annotated[
        pulumi.Input[Literal["journal", "account"]],
        Field(
            "Where a run looks for what an interrupted run created: on this machine, or by its name at Tavus, too.",
            replaces=False,
            default="journal",
        ),
    ]
    naming: Annotated[
        pulumi.Input[Literal["persona", "pal"]],
        Field("Names in requests: persona and replica, or PAL and Face.", replaces=False, default="persona"),
    ]
    allow_plain_http: Annotated[
        pulumi.Input[bool],
        Field("Whether requests may send the key to another machine over plain http.", replaces=False, default=False),
    ]
    max_concurrency: Annotated[
        pulumi.Input[int], Field("Maximum number of calls in flight at once.", replaces=False, minimum=1, default=256)
    ]
    aws_region: Annotated[pulumi.Input[str], Field("Region of buckets that name none.", replaces=False)]
    aws_profile: Annotated[pulumi.Input[str], Field("Profile of the AWS configuration.", replaces=False)]
    aws_endpoints: Annotated[
        pulumi.Input[str], Field("Addresses of AWS services, in the form of `aws:endpoints`.", replaces=False)
    ]
    aws_allowed_account_ids: Annotated[
        pulumi.Input[Sequence[pulumi.Input[str]]], Field("The only AWS accounts that may be used.", replaces=False)
    ]
    aws_forbidden_account_ids: Annotated[
        pulumi.Input[Sequence[pulumi.Input[str]]], Field("AWS accounts that may not be used.", replaces=False)
    ]
    aws_assume_roles: Annotated[
        pulumi.Input[Sequence[Mapping[str, Any]]],
        Field("Roles to assume at AWS, in the form of `aws:assumeRoles`.", replaces=False),
    ]


@add_documentation(AccountArgs, source='Pulumi docs, "Explicit provider configuration"')
class Account(pulumi.ProviderResource):
    """A Tavus account for the resources that name it: `opts=pulumi.ResourceOptions(provider=account)`.

    Lookups take it as `account`.
    Resources without one use the stack's configuration (`tavus:apiKey`, `aws:region`, …). Each account is a process of its own.
    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[AccountArgs]) -> None:
        rows = table(AccountArgs)
        unknown = sorted(args.keys() - rows.spellings.keys())
        if unknown:
            meant = find_misspelled(unknown[0], rows.spellings)
            raise TypeError(f"Account has no argument {unknown[0]}" + (f": did you mean {meant}?" if meant else ""))
        settings = {name: _setting(name, value) for name, value in args.items()}
        configuration = {KEYS[name]: value for name, value in settings.items()}
        if is_native():
            register_account(self, resource_name, settings, opts)
        else:
            super().__init__("pulumi-python", resource_name, configuration, opts)
        self.configuration: pulumi.Output[dict[str, Any]] = pulumi.Output.all(**configuration)
        """What it was told, by the names of the stack's configuration; a secret, as the key in it is."""


def _setting(name: str, value: Any) -> pulumi.Output[str | None]:
    """Return a setting as a string, as configuration has it; the key is always a secret."""
    text = pulumi.Output.from_input(value).apply(to_text)
    return pulumi.Output.secret(text) if name == "api_key" else text


def to_text(value: Any) -> str | None:
    """Return the value of an argument as the stack's configuration has it, where lists are JSON."""
    return None if value is None else json.dumps(value) if isinstance(value, list) else str(value)
