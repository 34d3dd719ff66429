"""Settings: where they come from, what is refused, and what never shows."""

from __future__ import annotations

import pytest

from tavus_provider.api.errors import SettingsError
from tavus_provider.settings import Settings


def test_stack_configuration_comes_before_the_environment() -> None:
    """A configured key and address win; what is not configured is taken from the environment, then from the defaults."""
    config = {"tavus:apiKey": "from-stack", "aws:region": "eu-west-1", "aws:profile": "p"}
    environment = {"TAVUS_API_KEY": "from-environment", "TAVUS_BASE_URL": "http://localhost:8080/"}
    settings = load(config, environment)

    assert (settings.api_key, settings.base_url) == ("from-stack", "http://localhost:8080")
    assert dict(settings.aws) == {"region": "eu-west-1", "profile": "p"}
    assert settings.spare_key == "from-environment"
    assert (load({}, environment).api_key, load({}, environment).spare_key) == ("from-environment", "")
    assert load({}, {}) == Settings()


def load(config: dict[str, str], environment: dict[str, str]) -> Settings:
    """Load settings from both places."""

    def get(key: str) -> str | None:
        return config.get(key)

    return Settings.load(get, environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TAVUS_BASE_URL", "tavusapi.com"),
        ("TAVUS_BASE_URL", "https://"),
        ("TAVUS_RETRY_TIMEOUT", "soon"),
        ("TAVUS_ROLE_TIMEOUT", "-1"),
        ("TAVUS_ROLE_TIMEOUT", "inf"),
        ("TAVUS_MAX_CONCURRENCY", "0"),
        ("TAVUS_RECOVERY", "disk"),
        ("TAVUS_PLUGIN", "nativ"),
        ("TAVUS_NAMING", "face"),
        ("TAVUS_ALLOW_PLAIN_HTTP", "perhaps"),
    ],
)
def test_unusable_settings_are_refused_by_name(name: str, value: str) -> None:
    """An address or a time that makes no sense is named with what was given."""
    with pytest.raises(SettingsError, match=f"tavus:.*{value}"):
        load({}, {name: value})


def test_an_address_with_a_password_is_refused() -> None:
    """The address is written to the journal and to errors, so it must hold no secret; it is not repeated here."""
    with pytest.raises(SettingsError, match="must not contain a user name or password") as raised:
        load({"tavus:baseUrl": "https://me:hush-hush@example.com"}, {})
    assert "hush-hush" not in str(raised.value)


@pytest.mark.parametrize("url", ["http://tavusapi.com", "http://10.0.0.1:8080", "HTTP://localhost.example.com", "http://[::2]"])
def test_the_key_goes_to_another_machine_over_https_only(url: str) -> None:
    """Plain http is refused before a call, unless a setting allows it."""
    with pytest.raises(
        SettingsError, match="anybody on the way can read the API key.*`pulumi config set tavus:allowPlainHttp true`"
    ):
        load({"tavus:baseUrl": url}, {})
    assert load({"tavus:baseUrl": url, "tavus:allowPlainHttp": "True"}, {}).base_url == url
    assert load({"tavus:baseUrl": url}, {"TAVUS_ALLOW_PLAIN_HTTP": "true"}).base_url == url


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9:80", "[::1]:8080"])
def test_plain_http_to_this_machine_is_allowed(host: str) -> None:
    """What goes to a local Tavus passes no other machine."""
    assert load({"tavus:baseUrl": f"http://{host}"}, {}).base_url == f"http://{host}"


def test_a_key_that_cannot_be_one_is_refused() -> None:
    """A key with a character that no header can carry is refused without showing it."""
    with pytest.raises(SettingsError, match="contains a character that no key has") as raised:
        Settings(api_key="tvs-\u00e4").require_key()
    assert "tvs-" not in str(raised.value)
    with pytest.raises(SettingsError, match="there is no Tavus API key"):
        Settings().require_key()


def test_the_key_does_not_show() -> None:
    """What is printed of settings holds no key and nothing of AWS."""
    shown = repr(Settings(api_key="tvs-secret", spare_key="other-secret", aws=(("secretKey", "aws-secret"),)))
    assert "secret" not in shown
