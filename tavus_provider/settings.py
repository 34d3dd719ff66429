"""
Where the API key and the addresses come from, in one object that masks its secrets.

Stack configuration comes first, the environment second. Source: Pulumi docs, "Dynamic resource providers", configure.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .api.errors import SettingsError
from .schema.formats import http_url

BASE_URL = "https://tavusapi.com"
"""Source: Tavus API reference, servers."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    What a provider process needs to know, frozen so that one client can be kept for it.

    api_key: Tavus API key, "" where none is set; never shown. spare_key: the environment's, where the configured one is another:
    `pulumi refresh` and `pulumi destroy` are configured with the key that the last `pulumi up` stored.
    base_url: address of the API, without a final slash.
    retry_timeout: seconds for all tries of one call.
    role_timeout: seconds for which a recording role that cannot be assumed yet is tried again: IAM spreads changes with a delay
    (Source: AWS IAM User Guide, "Troubleshoot IAM", eventual consistency).
    settle_timeout: seconds for which a conversation whose answer was lost is looked for.
    recovery: where what an interrupted run created is found: "journal", on this machine's disk, or "account", by its name at
    Tavus too.
    naming: whether "persona" and replica go over the wire, or Tavus's newer names, "pal" and face.
    max_concurrency: calls in flight at once; `--parallel` is what limits them otherwise.
    aws: region, profile and endpoints for boto3, where the stack configures them.
    """

    api_key: str = field(default="", repr=False)
    spare_key: str = field(default="", repr=False)
    base_url: str = BASE_URL
    role_timeout: float = 60.0
    retry_timeout: float = 60.0
    settle_timeout: float = 10.0
    recovery: str = "journal"
    naming: str = "persona"
    max_concurrency: int = 256
    aws: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def load(cls, config: Callable[[str], str | None], environment: Mapping[str, str] = os.environ) -> Settings:
        """
        Read the settings; `config` answers a namespaced key ("tavus:apiKey") or None.

        Raises SettingsError for a number that is none or an address that is no http(s) URL.
        """

        def setting(key: str, variable: str, default: str = "") -> str:
            return config(f"tavus:{key}") or environment.get(variable) or default

        api_key, own_key = setting("apiKey", "TAVUS_API_KEY").strip(), environment.get("TAVUS_API_KEY", "").strip()
        return cls(
            api_key=api_key,
            spare_key=own_key if own_key != api_key else "",
            base_url=_address(setting("baseUrl", "TAVUS_BASE_URL", BASE_URL)),
            role_timeout=_seconds("roleTimeout", setting("roleTimeout", "TAVUS_ROLE_TIMEOUT", "60")),
            retry_timeout=_seconds("retryTimeout", setting("retryTimeout", "TAVUS_RETRY_TIMEOUT", "60")),
            settle_timeout=_seconds("settleTimeout", setting("settleTimeout", "TAVUS_SETTLE_TIMEOUT", "10")),
            recovery=_choice("recovery", setting("recovery", "TAVUS_RECOVERY", "journal"), ("journal", "account")),
            naming=_choice("naming", setting("naming", "TAVUS_NAMING", "persona"), ("persona", "pal")),
            max_concurrency=_count("maxConcurrency", setting("maxConcurrency", "TAVUS_MAX_CONCURRENCY", "256")),
            aws=tuple((key, value) for key in AWS_KEYS if (value := config(f"aws:{key}"))),
        )

    @property
    def recovers_from_account(self) -> bool:
        """Whether the account is searched for what a run on another machine created."""
        return self.recovery == "account"

    def require_key(self) -> str:
        """Return the API key; raises SettingsError that says how to give one."""
        if not self.api_key:
            raise SettingsError(
                "there is no Tavus API key: run `pulumi config set --secret tavus:apiKey KEY`, or set TAVUS_API_KEY "
                "(keys are made at https://platform.tavus.io/api-keys)"
            )
        if not all(key.isascii() and key.isprintable() for key in (self.api_key, self.spare_key)):
            raise SettingsError("the Tavus API key holds a character that no key has: copy tavus:apiKey (TAVUS_API_KEY) anew")
        return self.api_key


AWS_KEYS = ("region", "profile", "endpoints", "accessKey", "secretKey", "token", "defaultTags")
"""Keys of pulumi-aws's configuration that are heeded. Source: Pulumi registry, AWS, "Installation & configuration"."""


def _address(text: str) -> str:
    reason = http_url(text)
    if "@" in text:
        raise SettingsError("tavus:baseUrl must not hold a user name or password: the API key is all that Tavus asks for")
    if reason:
        raise SettingsError(f"tavus:baseUrl {reason}, not {text!r}: the default is {BASE_URL}")
    return text.rstrip("/")


def _seconds(key: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise SettingsError(f"tavus:{key} must be a number of seconds, not {text!r}")
    return seconds


def _choice(key: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise SettingsError(f"tavus:{key} must be {' or '.join(choices)}, not {text!r}")
    return text


def _count(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise SettingsError(f"tavus:{key} must be a whole number of at least 1, not {text!r}")
    return int(text)
