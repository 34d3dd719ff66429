"""The adapter to dynamic providers: what states store, what reaches a lifecycle, how errors are reported."""

from __future__ import annotations

import base64
import json
import pickle
import pickletools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi.output
import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc

import tavus_provider
from tavus_provider.api.notices import notify
from tavus_provider.conversations.args import ConversationArgs, ConversationState
from tavus_provider.dynamic.provider import URN, Failed, Provider, _keeps_internal_inputs
from tavus_provider.dynamic.secrets import SECRETS
from tavus_provider.lifecycle.base import COMPUTED, Diff, Lifecycle, Props
from tavus_provider.recording.bucket import RecordingBucketProvider
from tavus_provider.recording.role import RecordingRoleProvider
from tavus_provider.resources.conversation import ConversationProvider
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.objects import OBJECTS

STORED = json.loads((Path(__file__).parent / "stored_providers.json").read_text())
"""What states of released versions hold, by resource. Entries are added, never changed."""

SEEN: list[Props] = []


class Recorder(Lifecycle):
    """Lifecycle that records its arguments."""

    args = ConversationArgs
    state = ConversationState
    name = "Recorder"

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Keep both sides."""
        SEEN.extend((olds, news, {"urn": self.context.urn}))
        return Diff(("a", "b"), ("b",))

    def create(self, news: Props) -> tuple[str, Props]:
        """Return the inputs, and print a notice about the language."""
        notify(f"speaks {news.get('language')}")
        return "created", news

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Return the old outputs."""
        return id_, olds

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Return the new inputs."""
        return news

    def delete(self, id_: str, olds: Props) -> None:
        """Raise an exception that is not one of our errors."""
        raise KeyError("absent")


class RecorderProvider(Provider):
    """Serves `Recorder`."""

    lifecycle = Recorder


@pytest.fixture
def provider() -> Iterator[RecorderProvider]:
    """Return a configured provider; undo afterwards what configuring does to the process."""
    made = RecorderProvider()
    made.configure(ConfigureRequest(Config({"tavus:apiKey": "k"}, "shop")))
    SEEN.clear()
    yield made
    del sys.tracebacklimit


@pytest.mark.parametrize("stored", STORED.items(), ids=lambda entry: entry[0])
def test_what_states_hold_still_loads(stored: tuple[str, str]) -> None:
    """A state stores a provider's module path and class name; each one that any version stored still loads."""
    loaded = pickle.loads(base64.b64decode(stored[1]))  # noqa: S301  # our own file
    assert isinstance(loaded, Provider)


PROVIDERS = [ConversationProvider, RecordingBucketProvider, RecordingRoleProvider, *(each.provider_class for each in OBJECTS)]


@pytest.mark.parametrize("provider_class", PROVIDERS)
def test_providers_are_stored_by_reference(provider_class: type[Provider]) -> None:
    """The stored form names the class and contains nothing else, and equals the one in states."""
    stored = serialize_provider(provider_class())
    strings = [arg for _, arg, _ in pickletools.genops(base64.b64decode(stored)) if isinstance(arg, str)]
    assert strings == [provider_class.__module__, provider_class.__name__]
    assert stored in STORED.values()


def test_type_names_are_the_ones_in_states() -> None:
    """Type tokens are stored as well, and never change."""
    resources = (tavus_provider.Conversation, tavus_provider.RecordingBucket, tavus_provider.RecordingRole)
    assert [each._resource_type_name for each in resources] == [
        "dynamic/tavus:Conversation",
        "dynamic/tavus:RecordingBucket",
        "dynamic/tavus:RecordingRole",
    ]
    assert [each._resource_type_name for each in OBJECTS] == [f"dynamic/tavus:{each.__name__}" for each in OBJECTS]


def test_a_lifecycle_gets_plain_values(provider: RecorderProvider) -> None:
    """A lifecycle gets integers for whole floats, no internal keys, no None, and UNKNOWN for what a preview does not know."""
    olds: dict[str, Any] = {"a": 1.0, "__provider": "x", COMPUTED: ["b"], "b": None}
    news = {URN: "urn:1", "c": rpc.UNKNOWN, "d": {"e": pulumi.output.Unknown(), "f": [2.0]}}  # type: ignore[no-untyped-call]
    result = provider.diff("id", olds, news)

    assert SEEN == [{"a": 1, COMPUTED: ["b"]}, {"c": UNKNOWN, "d": {"e": UNKNOWN, "f": [2]}}, {"urn": "urn:1"}]
    assert (result.changes, result.replaces, result.delete_before_replace) == (True, ["b"], True)


def test_the_urn_stays_among_inputs_and_outputs(provider: RecorderProvider) -> None:
    """Inputs and outputs carry the URN, since the engine does not name the resource in later calls."""
    props = {URN: "urn:1", "language": "English"}
    assert provider.create(props).outs == props
    assert provider.read("id", props).outs == props
    assert provider.update("id", props, props).outs == props
    assert provider.create({"language": "English"}).outs == {"language": "English"}


def test_an_sdk_that_drops_internal_inputs_is_refused(provider: RecorderProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the URN, a chosen name would be another one in each run, and each run would replace the resource."""
    keep = rpc.deserialize_properties
    kept = {"keep_internal": False}
    monkeypatch.setattr(rpc, "deserialize_properties", lambda *args, **options: keep(*args, **{**options, **kept}))
    _keeps_internal_inputs.cache_clear()
    try:
        (failure,) = provider.check({}, {"persona_id": "p1"}).failures
    finally:
        _keeps_internal_inputs.cache_clear()
    assert failure.reason.endswith("run `pip install 'pulumi>=3.235'`")


def test_an_error_of_ours_leaves_as_one_line(provider: RecorderProvider) -> None:
    """An exception that is not one of our errors is reported as a bug, with the way to see its traceback."""
    with pytest.raises(Failed, match="KeyError: 'absent'; this is a bug in tavus_provider: TAVUS_LOG=debug shows where"):
        provider.delete("id", {})


def test_no_notice_shows_a_secret(provider: RecorderProvider, capsys: pytest.CaptureFixture[str]) -> None:
    """A notice has stars in place of a secret; another notice says that an id cannot be kept secret."""
    provider.create({"language": "English", URN: "urn::call", SECRETS: ["language"]})
    assert capsys.readouterr().err == "speaks ***\n"
    provider.create({"language": "created", URN: "urn::call", SECRETS: ["language"]})
    assert "call: language is secret, but a part of the resource's id, which Pulumi stores" in capsys.readouterr().err


def test_debugging_shows_the_whole_story(provider: RecorderProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """TAVUS_LOG=debug shows where the error was raised, without the secrets in it."""
    monkeypatch.setenv("TAVUS_LOG", "debug")
    sys.tracebacklimit = 1000  # the fixture takes it back
    with pytest.raises(Failed, match=r"(?s)Traceback.*in delete.*KeyError: 'absent'"):
        provider.delete("id", {})
    with pytest.raises(Failed, match=r"KeyError: '\*\*\*'"):
        provider.delete("id", {"language": "absent", SECRETS: ["language"]})
