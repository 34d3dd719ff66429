"""Settings: the API key, addresses and times, from the stack's configuration or else from the environment.

Source: Pulumi docs, "Dynamic resource providers", configure.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .api.errors import SettingsError
from .aws_settings import AWS_KEYS, AwsSettings
from .schema.formats import is_exposed, validate_http_url

PLUGINS = ("dynamic", "native")
"""What can serve the resources of a program in Python; the first unless one is chosen."""

BASE_URL = "https://tavusapi.com"
"""Source: Tavus API reference, servers."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of a provider process. They are frozen, so that processes can keep one client for each set of them.

    api_key: Tavus API key, or "".
    spare_key: the environment's API key if it differs from the configured one, or "". `pulumi refresh` and `pulumi destroy` are
        configured with the key that the last `pulumi up` stored, which may be revoked by now.
    base_url: address of the API, without a slash at the end.
    retry_timeout: seconds for all attempts of one call.
    role_timeout: seconds for which a call is repeated if Tavus cannot assume the recording role yet, since changes at IAM take
        effect with a delay. Source: AWS IAM User Guide, "Troubleshoot IAM", eventual consistency.
    settle_timeout: seconds for which the provider searches for a conversation whose answer was lost.
    late_timeout: seconds after a lost answer for which what it was about may still come to exist.
    plugin: what serves the resources of a program in Python: the "dynamic" provider, or the "native" plugin.
    recovery: where the provider searches for objects that an interrupted run created: "journal" (this machine's disk) or
        "account" (also at Tavus, by name).
    naming: "persona" if requests say persona and replica, "pal" if they use Tavus's newer names, PAL and Face.
    allow_plain_http: whether the key may go to another machine without encryption.
    max_concurrency: most simultaneous calls; below that, `pulumi --parallel` limits them.
    aws: pairs of key and value from the stack's configuration of AWS, see aws_settings.py.
    """

    # The fields without repr may hold secrets, which a log or a traceback could show.

    api_key: str = field(default="", repr=False)
    spare_key: str = field(default="", repr=False)
    base_url: str = BASE_URL
    role_timeout: float = 60.0
    retry_timeout: float = 60.0
    settle_timeout: float = 10.0
    late_timeout: float = 300.0
    plugin: str = PLUGINS[0]
    recovery: str = "journal"
    naming: str = "persona"
    allow_plain_http: bool = False
    max_concurrency: int = 256
    aws: AwsSettings = field(default=(), repr=False)

    @classmethod
    def load(cls, config: Callable[[str], str | None], environment: Mapping[str, str] = os.environ) -> Settings:
        """Load the settings; `config` returns the value of a namespaced key such as "tavus:apiKey", or None.

        Raises SettingsError for a value that is not a number, a choice or an http(s) URL where one is needed.
        """

        def find(key: str, variable: str, default: str = "") -> str:
            return config(f"tavus:{key}") or environment.get(variable) or default

        allow_plain_http = _parse_boolean("allowPlainHttp", find("allowPlainHttp", "TAVUS_ALLOW_PLAIN_HTTP", "false"))
        api_key, own_key = find("apiKey", "TAVUS_API_KEY").strip(), environment.get("TAVUS_API_KEY", "").strip()
        return cls(
            api_key=api_key,
            spare_key=own_key if own_key != api_key else "",
            base_url=_parse_url(find("baseUrl", "TAVUS_BASE_URL", BASE_URL), allow_plain_http),
            role_timeout=_parse_seconds("roleTimeout", find("roleTimeout", "TAVUS_ROLE_TIMEOUT", "60")),
            retry_timeout=_parse_seconds("retryTimeout", find("retryTimeout", "TAVUS_RETRY_TIMEOUT", "60")),
            settle_timeout=_parse_seconds("settleTimeout", find("settleTimeout", "TAVUS_SETTLE_TIMEOUT", "10")),
            late_timeout=_parse_seconds("lateTimeout", find("lateTimeout", "TAVUS_LATE_TIMEOUT", "300")),
            plugin=_parse_choice("plugin", find("plugin", "TAVUS_PLUGIN", PLUGINS[0]), PLUGINS),
            recovery=_parse_choice("recovery", find("recovery", "TAVUS_RECOVERY", "journal"), ("journal", "account")),
            naming=_parse_choice("naming", find("naming", "TAVUS_NAMING", "persona"), ("persona", "pal")),
            allow_plain_http=allow_plain_http,
            max_concurrency=_parse_count("maxConcurrency", find("maxConcurrency", "TAVUS_MAX_CONCURRENCY", "256")),
            aws=tuple((key, value) for key in AWS_KEYS if (value := config(f"aws:{key}"))),
        )

    @property
    def recovers_from_account(self) -> bool:
        """Whether the provider also searches the account, for objects that a run on another machine created."""
        return self.recovery == "account"

    def require_key(self) -> str:
        """Return the API key; raises SettingsError if there is none, or if it cannot be sent in a header."""
        if not self.api_key:
            raise SettingsError(
                "there is no Tavus API key: run `pulumi config set --secret tavus:apiKey KEY`, or set TAVUS_API_KEY "
                "(keys are made at https://maker.tavus.io/dev)"
            )
        if not all(key.isascii() and key.isprintable() for key in (self.api_key, self.spare_key)):
            raise SettingsError("the Tavus API key contains a character that no key has: copy tavus:apiKey (TAVUS_API_KEY) again")
        return self.api_key


def _parse_url(text: str, allow_plain_http: bool) -> str:
    reason = validate_http_url(text)
    # Checked first, because the other message shows the address.
    if "@" in text:
        raise SettingsError("tavus:baseUrl must not contain a user name or password: Tavus needs only the API key")
    if reason:
        raise SettingsError(f"tavus:baseUrl {reason}, not {text!r}: the default is {BASE_URL}")
    if is_exposed(text) and not allow_plain_http:
        raise SettingsError(
            f"tavus:baseUrl is {text!r}, and over plain http anybody on the way can read the API key: write https://, or run "
            "`pulumi config set tavus:allowPlainHttp true` (TAVUS_ALLOW_PLAIN_HTTP=true) where that is safe"
        )
    return text.rstrip("/")


def _parse_boolean(key: str, text: str) -> bool:
    return _parse_choice(key, text.lower(), ("true", "false")) == "true"


def _parse_seconds(key: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise SettingsError(f"tavus:{key} must be a number of seconds, not {text!r}")
    return seconds


def _parse_choice(key: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise SettingsError(f"tavus:{key} must be {' or '.join(choices)}, not {text!r}")
    return text


def _parse_count(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise SettingsError(f"tavus:{key} must be a whole number of at least 1, not {text!r}")
    return int(text)
