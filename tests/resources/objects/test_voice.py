"""Lifecycle of a voice, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import tavus_provider as tavus
from tavus_provider.api.errors import InputError
from tavus_provider.journal.journal import Journal
from tavus_provider.lifecycle.base import Props
from tavus_provider.lifecycle.processed_object import WorkFailed
from tavus_provider.objects.persona import PersonaLifecycle
from tavus_provider.objects.replica import ReplicaLifecycle
from tavus_provider.objects.voice import VoiceLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.calls import sent_bodies
from tests.support.lifecycles import find_mistakes, object_at

AUDIO = "https://recordings.example.com/ana.mp3"
ANA: Props = {"voice_name": "Ana", "train_audio_url": AUDIO, "description": "Warm.", "wait_for_ready": 0}
STOCK = "v0a1b2c3d4e5f"


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"train_audio_url": None}, "train_audio_url", "is missing: give the address of the recording"),
        ({"train_audio_url": "ana.mp3"}, "", "train_audio_url must be a whole URL"),
        ({"train_audio_url": f"{AUDIO}?{'a' * 2048}"}, "", "2048"),
        ({"voice_name": "a" * 256}, "voice_name", "255"),
        ({"description": "a" * 1001}, "description", "1000"),
        ({"description": 5}, "description", "must be a string, not 5"),
        ({"callback_url": "hook"}, "", "callback_url must be a whole URL"),
        ({"wait_for_ready": -1}, "wait_for_ready", "at least 0 seconds"),
    ],
)
def test_each_mistake_is_found_without_the_network(given: dict[str, Any], name: str, words: str) -> None:
    """check names the property and what to write instead."""
    inputs = {key: value for key, value in {"train_audio_url": AUDIO, **given}.items() if value is not None}
    found = find_mistakes(Lifecycle, **inputs)
    assert [reason for failed, reason in found if failed == name and words in reason]


@pytest.mark.parametrize("given", [{"train_audio_url": UNKNOWN}, {"existing_voice_id": "v1"}, {"extra": {"audio_url": AUDIO}}])
def test_a_recording_may_come_later_or_not_at_all(given: dict[str, Any]) -> None:
    """A voice that exists needs none, and `extra` may give one under a name that Tavus has for it later."""
    assert find_mistakes(Lifecycle, **given) == []


def test_it_is_waited_for(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """create returns once the voice can speak."""
    sandbox.control.set_behavior(processing=1.5)
    id_, outs = object_at(Lifecycle, sandbox.url).create({**ANA, "wait_for_ready": 60})
    assert outs["status"] == "completed"
    assert f"voice {id_}: started; waiting for at most 60 seconds (wait_for_ready)" in capsys.readouterr().err


def test_it_is_created_with_what_is_given(sandbox: Sandbox) -> None:
    """The body has Tavus's names; a name is chosen where none is given, and none of the provider's own inputs is sent."""
    id_, outs = object_at(Lifecycle, sandbox.url).create({**ANA, "callback_url": "https://example.com/hook"})
    assert sent_bodies(sandbox, "POST") == [
        {"voice_name": "Ana", "train_audio_url": AUDIO, "description": "Warm.", "callback_url": "https://example.com/hook"}
    ]
    assert (outs["voice_id"], outs["voice_name"], outs["status"]) == (id_, "Ana", "started")
    _, outs = object_at(Lifecycle, sandbox.url).create({"train_audio_url": AUDIO, "wait_for_ready": 0})
    assert outs["voice_name"].startswith("thing-")


def test_what_takes_longer_is_kept_and_waited_for_again(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """After the time to wait, the voice stays in the state, and the next `pulumi up` waits again."""
    voices, news = object_at(Lifecycle, sandbox.url), {**ANA, "wait_for_ready": 1}
    id_, outs = voices.create(news)
    assert outs["status"] == "started"
    assert "is not completed after 1 seconds: the next `pulumi up` waits again" in capsys.readouterr().err
    assert voices.diff(id_, outs, news).changes == ("status",)
    sandbox.control.advance(300)
    outs = voices.update(id_, outs, news)
    assert outs["status"] == "completed"
    assert voices.diff(id_, outs, news).changes == ()


def test_a_voice_that_tavus_cannot_train_is_not_kept(sandbox: Sandbox) -> None:
    """The error has Tavus's reason, and create deletes the failed voice."""
    sandbox.control.set_behavior(processing=0)
    sandbox.control.fail_voice("The recording has no speech.")
    with pytest.raises(WorkFailed, match=r"voice v\w+ could not be trained: The recording has no speech"):
        object_at(Lifecycle, sandbox.url).create({**ANA, "wait_for_ready": 60})
    assert sandbox.control.undeleted_ids() == {}
    assert list(Journal().intents()) == []


def test_one_that_failed_later_is_made_anew(sandbox: Sandbox) -> None:
    """A refresh shows the error, and the next `pulumi up` replaces the voice."""
    voices = object_at(Lifecycle, sandbox.url)
    id_, outs = voices.create(ANA)
    sandbox.control.fail_voice("Too short.", id_)
    sandbox.control.advance(300)
    found = voices.read(id_, outs)
    assert found
    assert (found[1]["status"], found[1]["error_message"]) == ("error", "Too short.")
    assert voices.diff(id_, found[1], ANA).replaces == ("status",)


@pytest.mark.parametrize(
    ("changed", "body"),
    [
        ({"voice_name": "Ana v2"}, {"voice_name": "Ana v2"}),
        ({"description": "Calm."}, {"description": "Calm."}),
        ({"description": None}, {"description": None}),
        ({"voice_name": None}, None),
        ({"extra": {"tags": ["warm"]}}, {"tags": ["warm"]}),
        ({"train_audio_url": f"{AUDIO}?X-Amz-Signature=b"}, None),
        ({"wait_for_ready": 5}, None),
    ],
)
def test_name_and_description_change_in_place(sandbox: Sandbox, changed: dict[str, Any], body: Any) -> None:
    """The patch is an object with the new values; a name cannot be removed, and a new signature is no change."""
    sandbox.control.set_behavior(processing=0)
    voices = object_at(Lifecycle, sandbox.url)
    news = {name: value for name, value in {**ANA, **changed}.items() if value is not None}
    id_, outs = voices.create(ANA)
    assert voices.diff(id_, outs, news).replaces == ()
    voices.update(id_, outs, news)
    assert sent_bodies(sandbox, "PATCH") == ([body] if body else [])


@pytest.mark.parametrize("changed", [{"train_audio_url": "https://example.com/bob.mp3"}, {"callback_url": "https://a.example/"}])
def test_anything_else_is_another_voice(sandbox: Sandbox, changed: dict[str, Any]) -> None:
    """A replacement creates the new voice before it deletes the old one."""
    voices = object_at(Lifecycle, sandbox.url)
    id_, outs = voices.create(ANA)
    found = voices.diff(id_, outs, {**ANA, **changed})
    assert (found.replaces, found.delete_before_replace) == (tuple(changed), False)


def test_what_a_persona_speaks_with_is_not_deleted(sandbox: Sandbox) -> None:
    """The error says how much uses it and what to do; without the persona it is deleted, and gone already is fine."""
    voices, personas = object_at(Lifecycle, sandbox.url), object_at(PersonaLifecycle, sandbox.url)
    id_, outs = voices.create(ANA)
    host, state = personas.create({"system_prompt": "Hello.", "tts": {"voice_id": id_}})
    with pytest.raises(InputError, match=rf"could not delete voice {id_}: .*used by 1 pals, 0 faces.*; give what speaks with it"):
        voices.delete(id_, outs)
    personas.delete(host, state)
    voices.delete(id_, outs)
    voices.delete(id_, outs)
    assert sandbox.control.undeleted_ids() == {}


def test_what_a_replica_began_with_stays_and_blocks_nothing(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A replica goes back to that voice, so Tavus keeps it: one notice says so, also where the replica now has another voice."""
    sandbox.control.set_behavior(training=0)
    voices, replicas = object_at(Lifecycle, sandbox.url), object_at(ReplicaLifecycle, sandbox.url)
    id_, outs = voices.create(ANA)
    image: Props = {"train_image_url": "https://example.com/a.png", "default_voice_id": id_}
    face, state = replicas.create(image)
    replicas.update(face, state, {**image, "default_voice_id": STOCK})
    voices.delete(id_, outs)
    notices = capsys.readouterr().err
    assert notices.count(f"voice {id_} stays at Tavus, which deletes no voice that a replica began with: {face}") == 1
    assert sandbox.control.undeleted_ids()["voices"] == [id_]


def test_a_voice_of_tavuss_is_not_adopted(sandbox: Sandbox) -> None:
    """create refuses to adopt a voice of Tavus, which nobody can change or delete."""
    with pytest.raises(InputError, match=f"could not adopt voice {STOCK}: it is one of Tavus's own"):
        object_at(Lifecycle, sandbox.url).create({"existing_voice_id": STOCK})


def test_a_voice_of_tavuss_is_never_taken_for_an_interrupted_one(sandbox: Sandbox) -> None:
    """The search ignores Tavus's catalog, which may have a voice of the same name."""
    id_, _ = object_at(Lifecycle, sandbox.url).create({**ANA, "voice_name": "anna"})
    assert id_ != STOCK
    assert [each["voice_id"] for each in object_at(Lifecycle, sandbox.url).list_own("look")] == [id_]


def test_lookups_find_it_by_id_and_by_name(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lookups find a voice of the account like one of the catalog."""
    monkeypatch.setenv("TAVUS_API_KEY", sandbox.key)
    monkeypatch.setenv("TAVUS_BASE_URL", sandbox.url)
    id_, _ = object_at(Lifecycle, sandbox.url).create(ANA)
    for found in (tavus.get_voice(id=id_), tavus.get_voice(name="Ana")):
        assert (found.voice_id, found.voice_type, found.description) == (id_, "user", "Warm.")
    with pytest.raises(pulumi.RunError):
        tavus.get_voice(name="Bob")


@pytest.mark.parametrize("error", [None, "Too short."])
def test_a_webhook_tells_how_it_ended(sandbox: Sandbox, error: str | None) -> None:
    """The event has the voice and its status, and the reason of a failure."""
    if error:
        sandbox.control.fail_voice(error)
    id_, _ = object_at(Lifecycle, sandbox.url).create({**ANA, "callback_url": "http://127.0.0.1:9/hook"})
    assert sandbox.control.webhooks() == []
    sandbox.control.advance(300)
    (delivery,) = sandbox.control.webhooks()
    ended = {"status": "error", "error_message": error} if error else {"status": "completed"}
    assert delivery["body"]["event_type"] == "application.voice_status_changed"
    assert delivery["body"]["properties"] == {"voice_id": id_, "voice_name": "Ana", **ended}
