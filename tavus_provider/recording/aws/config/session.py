"""Session of botocore that honors the stack's configuration, in the clients that it makes to get credentials, too.

Loaded only to call AWS. Sources: Botocore documentation, "Config Reference" and `botocore.session.Session`; Boto3 documentation,
"Configuration" and "Credentials".
"""

from __future__ import annotations

import functools
import os
import urllib.request
from collections.abc import Mapping
from typing import Any, Never
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import CredentialRetrievalError

from ....api.errors import SettingsError
from ....aws_settings import endpoints
from ....version import __version__
from .private_names import set_prompter
from .roles import assume

_CONNECT_SECONDS = 10  # botocore would wait a minute for a wrong endpoint
_READ_SECONDS = 60
_VARIABLES = {
    "profile": "profile",
    "region": "region",
    "retryMode": "retry_mode",
    "maxRetries": "max_attempts",
    "customCaBundle": "ca_bundle",
    "useFipsEndpoint": "use_fips_endpoint",
    "useDualstackEndpoint": "use_dualstack_endpoint",
    "ec2MetadataServiceEndpoint": "ec2_metadata_service_endpoint",
    "ec2MetadataServiceEndpointMode": "ec2_metadata_service_endpoint_mode",
    "sharedConfigFiles": "config_file",
    "sharedCredentialsFiles": "credentials_file",
}
"""Keys of pulumi-aws's configuration that botocore has under names of its own."""

_ROLES = ("assumeRoleWithWebIdentity", "assumeRole", "assumeRoles")


class Session(botocore.session.Session):
    """The session for some parsed keys of pulumi-aws's configuration."""

    def __init__(self, keys: Mapping[str, Any]) -> None:
        super().__init__()
        self._keys = keys
        self.user_agent_extra = " ".join([f"tavus-provider/{__version__}", *keys.get("userAgents", [])])
        self.set_default_client_config(Config(connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, s3=_s3_options(keys)))
        for name, value in {**_defaults(), **keys}.items():
            if name in _VARIABLES:
                self.set_config_variable(_VARIABLES[name], _to_variable(name, value))
        if "accessKey" in keys:
            self.set_credentials(keys["accessKey"], keys["secretKey"], keys.get("token"))

    @functools.cached_property
    def _last_credentials(self) -> Any:
        roles = [role for name in _ROLES for role in _as_list(self._keys.get(name, []))]
        # A token needs no other credentials.
        source = None if _ROLES[0] in self._keys else self._find_credentials()
        return functools.reduce(functools.partial(assume, self.create_client), roles, source)

    def get_credentials(self) -> Any:
        """Return the credentials of the last of the roles to assume, or those to start with; None where there are none."""
        return self._last_credentials

    def _find_credentials(self) -> Any:
        """Return the credentials that the keys, the environment, the profile or the machine have."""
        resolver = self.get_component("credential_provider")
        set_prompter(resolver, self._refuse_to_ask)
        if self._keys.get("skipMetadataApiCheck"):
            resolver.remove("iam-role")
        try:
            return super().get_credentials()
        except (OSError, ValueError) as error:
            # Of all sources only a program may be missing, or print what is no JSON.
            raise CredentialRetrievalError(provider="custom-process", error_msg=str(error)) from error

    def _refuse_to_ask(self, prompt: str) -> Never:
        profile = self.get_config_variable("profile") or "default"
        raise SettingsError(
            f"could not use AWS profile {profile!r}: its role needs an MFA code (mfa_serial), and nothing here asks for one; set "
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of a session, which `aws configure "
            f"export-credentials --profile {profile} --format env` prints, and remove aws:profile"
        )

    def create_client(self, service_name: str, region_name: str | None = None, *args: Any, **options: Any) -> Any:
        """Create a client; what `options` give wins."""
        if service_name == "sts":  # where no region is known, any STS of AWS will do
            region_name = self._keys.get("stsRegion") or region_name or self.get_config_variable("region") or "us-east-1"
        options["endpoint_url"] = options.get("endpoint_url") or self._endpoint(service_name)
        client = super().create_client(service_name, region_name, **options)
        # Only the client knows its address, which decides whether it needs a proxy.
        proxies = _choose_proxies(self._keys, client.meta.endpoint_url)
        if proxies is None:
            return client
        options["config"] = Config(proxies=proxies).merge(options.get("config") or Config())
        return super().create_client(service_name, region_name, **options)

    def _endpoint(self, service: str) -> str | None:
        """Return the address of a service; None for AWS's own."""
        listed = endpoints(self._keys.get("endpoints", []))
        # Who emulates IAM emulates STS.
        return listed.get(service) or (listed.get("iam") if service == "sts" else None) or listed.get("")


def _defaults() -> dict[str, Any]:
    """Return the values of keys that neither the configuration nor the environment has."""
    # The mode "standard" repeats throttled calls too, with jittered waits. botocore does not know AWS_REGION.
    defaults = {"AWS_RETRY_MODE": ("retryMode", "standard"), "AWS_MAX_ATTEMPTS": ("maxRetries", 5)}
    found: dict[str, Any] = {name: value for variable, (name, value) in defaults.items() if not os.environ.get(variable)}
    return {**found, **({"region": os.environ["AWS_REGION"]} if os.environ.get("AWS_REGION") else {})}


def _to_variable(name: str, value: Any) -> Any:
    only = value[0] if isinstance(value, list) else value
    return os.path.expanduser(only) if name == "customCaBundle" else only


def _s3_options(keys: Mapping[str, Any]) -> Any:
    style = {"addressing_style": "path"} if keys.get("s3UsePathStyle") else {}
    endpoint = keys.get("s3UsEast1RegionalEndpoint")
    return {**style, **({"us_east_1_regional_endpoint": endpoint} if endpoint else {})} or None


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _choose_proxies(keys: Mapping[str, Any], url: str) -> dict[str, str] | None:
    """Return the proxies for calls to `url` by scheme; None to let botocore find those of the environment."""
    if not {"httpProxy", "httpsProxy", "noProxy"} & keys.keys():
        return None
    environment = urllib.request.getproxies_environment()
    without = keys.get("noProxy") or environment.get("no", "")
    if urllib.request.proxy_bypass_environment(urlsplit(url).netloc, {"no": without}):  # type: ignore[attr-defined]  # it is public
        return {}
    proxies = {scheme: keys.get(f"{scheme}Proxy") or environment.get(scheme) for scheme in ("http", "https")}
    return {scheme: proxy for scheme, proxy in proxies.items() if proxy}
