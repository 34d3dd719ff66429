"""Inputs from a stack's configuration."""

from __future__ import annotations

import json
from collections.abc import Callable

import pulumi
import pytest

import tavus_provider as tavus


def given(monkeypatch: pytest.MonkeyPatch, **config: str) -> tavus.ConversationArgs:
    """Return the inputs that a stack with this configuration gives, handed over as Pulumi does it."""
    keys = {f"shop:{key}": value for key, value in config.items()}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({**keys, "tavus:languge": "not ours"}))
    return tavus.args_from_config(tavus.ConversationArgs, pulumi.Config("shop"))


def test_values_become_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strings, numbers, booleans and lists get their types; an empty value counts as not given."""
    args = given(monkeypatch, persona_id="p1", max_call_duration="60", test_mode="true", document_ids='["d1"]', language="")
    assert args == {"persona_id": "p1", "max_call_duration": 60, "test_mode": True, "document_ids": ["d1"]}


def test_a_wrong_number_that_is_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names key and type; one that is in clear text shows the value."""
    with pytest.raises(pulumi.ConfigTypeError, match="planted"):
        given(monkeypatch, max_call_duration="planted")
    key = "shop:max_call_duration"
    pulumi.runtime.set_all_config({key: "planted"}, [key])
    try:
        with pytest.raises(pulumi.ConfigTypeError, match=rf"{key}.*\[secret\].*int"):
            tavus.args_from_config(tavus.ConversationArgs, pulumi.Config("shop"))
    finally:
        pulumi.runtime.set_all_config({}, [])


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return the messages that Pulumi shows, on the terminal or to the mocks that an earlier test has set."""
    return lambda: capsys.readouterr().err + caplog.text


def test_a_misspelt_key_is_named(monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]) -> None:
    """The warning names the input that was meant, with the commands; Pulumi itself would ignore the key silently."""
    assert given(monkeypatch, langauge="English") == {}
    remedy = '`pulumi config set language "$(pulumi config get langauge)" && pulumi config rm langauge`'
    assert f"no input has the name of configuration key langauge: did you mean language? {remedy}" in said()


def test_a_key_of_the_programs_own_is_its_own_business(monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]) -> None:
    """No warning mentions a key that resembles no input or has another namespace."""
    given(monkeypatch, storage="{}", team="sales", language="English")
    assert said() == ""
