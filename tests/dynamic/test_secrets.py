"""Secrets in the plugin: of every input of every resource, wherever it is, no failure and no message shows the value."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime import rpc

from tavus_provider.dynamic.provider import Failed, Provider
from tavus_provider.dynamic.secrets import SECRETS
from tavus_provider.recording.bucket import RecordingBucketProvider
from tavus_provider.recording.role import RecordingRoleProvider
from tavus_provider.resources.conversation import ConversationProvider
from tavus_provider.resources.objectives import ObjectivesProvider
from tavus_provider.resources.persona import PersonaProvider
from tavus_provider.schema.fields import InputSpec, Table, table
from tavus_provider.schema.outputs import find_outputs
from tavus_provider.schema.validation import find_warnings
from tests.support.http_server import Answer, serve_answers
from tests.support.objects import OBJECTS

MARKER = "planted-7531"
PROVIDERS: list[type[Provider]] = [
    ConversationProvider,
    RecordingBucketProvider,
    RecordingRoleProvider,
    *(each.provider_class for each in OBJECTS),
]
WRONG: tuple[Any, ...] = (MARKER, f"http://{MARKER} /", [MARKER], {"a": MARKER}, [{"a": MARKER}], 7531.5, -7531)
"""Values of each type, of which several are wrong for any input."""


@pytest.fixture(autouse=True)
def undo_configuring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what configuring a provider does to the process."""
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)


def find_paths(rows: Table, path: str = "") -> Iterator[tuple[str, InputSpec]]:
    """Yield each input and each member of one at any depth, with the path of a first item or an entry of a map."""
    for row in rows:
        yield from find_inner(row, path + row.name)


def find_inner(row: InputSpec, path: str) -> Iterator[tuple[str, InputSpec]]:
    """Yield a row and the rows in it."""
    yield path, row
    yield from find_paths(row.all_members, f"{path}.")
    if row.item:
        yield from find_inner(row.item, f"{path}[0]" if row.kind is list else f"{path}.entry")


def nest(rows: Table, path: str, value: Any) -> dict[str, Any]:
    """Return inputs that have `value` at `path`; of several shapes, an object gets the one that has the member."""
    for name, index in reversed(re.findall(r"([^.[\]]+)|\[(\d)\]", path)):
        value = [value] if index else {name: value}
    return {name: add_tags(rows.find(name), each) for name, each in value.items()}


def add_tags(row: InputSpec | None, value: Any) -> Any:
    """Return `value` with the tags of the shape that has its members, at any depth."""
    if row is None or not isinstance(value, dict):
        return value
    members = {name: add_tags(row.all_members.find(name), each) for name, each in value.items()}
    fitting = (table(shape) for shape in row.shapes if value.keys() <= table(shape).spellings.keys())
    tags = {each.name: each.choices[0] for each in next(fitting, Table(())) if len(each.choices) == 1}
    return {**(tags if len(row.shapes) > 1 else {}), **members}


CASES = [(provider, path) for provider in PROVIDERS for path, _ in find_paths(table(provider.lifecycle.args))]


def configure(provider_class: type[Provider], **config: str) -> Provider:
    """Return a provider that has a key."""
    provider = provider_class()
    provider.configure(ConfigureRequest(Config({"tavus:apiKey": "tvs-key", **config}, "shop")))
    return provider


def find_printed(provider: Provider, news: dict[str, Any]) -> list[str]:
    """Return what the engine prints of each failure: the property, the value of an input of that name, and the reason."""
    failures = provider.check({}, news).failures
    return [f"{each.property} {news.get(each.property)!r} {each.reason}" for each in failures]


@pytest.mark.parametrize(("provider_class", "path"), CASES, ids=lambda each: getattr(each, "__name__", each))
def test_no_failure_shows_what_the_program_made_secret(provider_class: type[Provider], path: str) -> None:
    """A mistake in a secret input or member names its property and its type, and never its value."""
    provider, rows = configure(provider_class), table(provider_class.lifecycle.args)
    printed = {}
    for value in WRONG:
        news = nest(rows, path, value)
        printed[repr(value)] = find_printed(provider, {**news, SECRETS: [path]})
        assert [line for line in printed[repr(value)] if MARKER in line or "7531" in line] == []
    assert any(
        name in line for lines in printed.values() for line in lines for name in (path, re.sub(r"\[0\]|\.entry", "", path))
    )


NAMES = [(provider, path) for provider, path in CASES if not path.endswith(("[0]", ".entry"))]


@pytest.mark.parametrize(("provider_class", "path"), NAMES, ids=lambda each: getattr(each, "__name__", each))
def test_no_failure_shows_what_is_given_under_a_misspelled_name(provider_class: type[Provider], path: str) -> None:
    """No failure shows the value of a misspelled input, because it may be meant for one that holds a secret."""
    provider, rows = configure(provider_class), table(provider_class.lifecycle.args)
    for name in (f"{path}s", f"layers.{path}"):
        news = nest(rows, name, MARKER)
        printed = find_printed(provider, news)
        assert [line for line in printed if MARKER in line] == []
        assert printed


REDACTED = [
    (provider, path) for provider in PROVIDERS for path, row in find_paths(table(provider.lifecycle.args)) if row.holds_redacted
]


@pytest.mark.parametrize(("provider_class", "path"), REDACTED, ids=lambda each: getattr(each, "__name__", each))
def test_no_failure_shows_what_a_table_calls_secret_or_sensitive(provider_class: type[Provider], path: str) -> None:
    """The table alone protects such an input, also within an object or a list."""
    provider, rows = configure(provider_class), table(provider_class.lifecycle.args)
    for value in WRONG:
        printed = find_printed(provider, nest(rows, path, value))
        assert [line for line in printed if MARKER in line or "7531" in line] == []


@pytest.mark.parametrize(
    ("provider_class", "path", "value"),
    [
        (ConversationProvider, "language", MARKER),
        (ConversationProvider, "max_call_duration", 7531),
        (PersonaProvider, "tts", {"tts_engine": "elevenlabs", "voice_settings": {"speed": 7531}}),
        (
            ObjectivesProvider,
            "data",
            [{"objective_name": "a", "objective_prompt": "b", "modality": MARKER}],
        ),
    ],
)
def test_no_warning_shows_a_secret(provider_class: type[Provider], path: str, value: Any) -> None:
    """A warning names the input, and shows stars for a secret within an object."""
    rows = table(provider_class.lifecycle.args)
    inner = {"tts": "tts.voice_settings.speed", "data": "data[0].modality"}.get(path, path)
    assert any(re.search(f"{MARKER}|7531", str(each)) for each in find_warnings(rows, {path: value}))
    for secret in {path, inner}:
        (warning,) = map(str, find_warnings(rows, {path: value}, [secret]))
        assert warning.startswith(path)
        assert not re.search(f"{MARKER}|7531", warning)


INPUTS = [(provider, row.name) for provider in PROVIDERS for row in table(provider.lifecycle.args) if not row.field.reference]


@pytest.mark.parametrize(("provider_class", "name"), INPUTS, ids=lambda each: getattr(each, "__name__", each))
def test_every_output_that_contains_a_secret_input_is_secret(provider_class: type[Provider], name: str) -> None:
    """Only the string or number that contains the secret is marked; the rest of an output stays readable."""
    provider, declared = configure(provider_class), find_outputs(provider_class.lifecycle.state)
    for secret, containing in ((MARKER, f"arn:{MARKER}/*"), (7531, 7531)):
        outs = {name: secret, **{each: [{"a": {"b": containing, "c": "plain", "d": True}}] for each in declared if each != name}}
        marked = provider._to_engine(outs, {name: secret, SECRETS: [name]})
        assert marked[name] == secret  # the engine marks what has the name of the input
        for output in declared.keys() - {name}:
            inner = [{"a": {"b": rpc.wrap_rpc_secret(containing), "c": "plain", "d": True}}]
            derives = declared[output].derives_from == name
            assert marked[output] == (rpc.wrap_rpc_secret(outs[output]) if derives else inner)
        assert provider._to_engine(outs, {name: secret}) == outs


@pytest.mark.parametrize("log", ["", "debug"])
def test_no_error_shows_a_secret_that_tavus_repeats(monkeypatch: pytest.MonkeyPatch, log: str) -> None:
    """Errors of create and update redact secrets, whether the table or the program makes them secret."""
    refusal = Answer(400, {"error": f"the key sk-secret is of no use to {MARKER}"})
    coach = {"system_prompt": MARKER, "llm": {"model": "m", "api_key": "sk-secret"}, SECRETS: ["system_prompt"]}
    monkeypatch.setenv("TAVUS_LOG", log)
    with serve_answers(refusal, Answer(200, {"data": [{"persona_id": "p1"}]}), refusal) as tavus:
        provider = configure(PersonaProvider, **{"tavus:baseUrl": tavus.url})
        for call in (lambda: provider.create(coach), lambda: provider.update("p1", {"system_prompt": "a"}, coach)):
            with pytest.raises(Failed, match=r"the key \*\*\* is of no use to \*\*\*") as raised:
                call()
            assert not re.search(f"sk-secret|{MARKER}", str(raised.value))
