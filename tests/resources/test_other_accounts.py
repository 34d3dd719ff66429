"""A key of another account: it calls every id unknown, which is no proof that the object is gone."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.api.errors import InputError
from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.journal.creation import OtherAccount
from tavus_provider.journal.journal import Journal
from tavus_provider.lifecycle.at_tavus import TavusLifecycle
from tavus_provider.objects.document import DocumentLifecycle
from tavus_provider.objects.guardrails import GuardrailsLifecycle
from tavus_provider.objects.objectives import ObjectivesLifecycle
from tavus_provider.objects.persona import PersonaLifecycle
from tavus_provider.objects.pronunciation_dictionary import PronunciationDictionaryLifecycle
from tavus_provider.objects.replica import ReplicaLifecycle
from tavus_provider.sandbox import Sandbox
from tests.support.conversations import PERSONA, active_ids
from tests.support.http_client import HTTP
from tests.support.lifecycles import conversation_at, object_at

RULE = {"guardrail_name": "money", "guardrail_prompt": "Never talk about money."}
GOAL = {"objective_name": "name", "objective_prompt": "Ask for the name."}
KINDS: list[tuple[type[TavusLifecycle], dict[str, Any]]] = [
    (ConversationLifecycle, {"persona_id": PERSONA}),
    (PersonaLifecycle, {"persona_name": "Coach", "system_prompt": "Be kind."}),
    (GuardrailsLifecycle, {"name": "Rules", "data": [RULE]}),
    (ObjectivesLifecycle, {"data": [GOAL]}),
    (DocumentLifecycle, {"document_url": "https://example.com/a.pdf", "wait_for_ready": 0}),
    (ReplicaLifecycle, {"train_video_url": "https://example.com/a.mp4", "wait_for_training": 0}),
    (
        PronunciationDictionaryLifecycle,
        {"name": "Brands", "rules": [{"text": "Tavus", "pronunciation": "tay-vus", "type": "alias"}]},
    ),
]


def same_resource(lifecycle: TavusLifecycle, tavus: Sandbox) -> TavusLifecycle:
    """Return the same resource in a later run, with the key of `tavus`."""
    return object_at(type(lifecycle), tavus.url, key=tavus.key)  # type: ignore[type-var]  # of any kind


@pytest.mark.parametrize(("kind", "inputs"), KINDS, ids=lambda value: getattr(value, "name", ""))
def test_another_account_cannot_say_that_it_is_gone(sandbox: Sandbox, kind: type[TavusLifecycle], inputs: dict[str, Any]) -> None:
    """Read and delete fail in an account that never had the object, and work again with the right key."""
    first: Any = object_at(kind, sandbox.url, role_timeout=0)  # type: ignore[type-var]  # of any kind
    id_, outs = first.create(inputs)
    with Sandbox(key="tvs-other") as other:
        for call in (same_resource(first, other).read, same_resource(first, other).delete):
            with pytest.raises(InputError, match="the account of this API key does not have it.*pulumi state delete"):
                call(id_, outs)
    same_resource(first, sandbox).delete(id_, outs)
    assert same_resource(first, sandbox).read(id_, outs) is None or active_ids(sandbox) == []


def test_a_rotated_key_of_the_same_account_works() -> None:
    """Read and delete work with the new key, whose digest the state has from then on."""
    with Sandbox(key="tvs-old") as tavus:
        id_, outs = conversation_at(tavus.url, key="tvs-old").create({"persona_id": PERSONA})
        tavus.key = "tvs-new"
        rotated = conversation_at(tavus.url, key="tvs-new")
        found = rotated.read(id_, outs)
        assert found
        HTTP.delete(f"{tavus.url}/v2/conversations/{id_}", headers={"x-api-key": tavus.key}).raise_for_status()
        conversation_at(tavus.url, key="tvs-new").delete(id_, found[1])
        rotated.delete(id_, outs)  # this run has seen that both keys are of one account


def test_a_persona_of_the_account_proves_that_it_is_the_same() -> None:
    """After a rotation a deleted conversation counts as gone if the new key can read its persona."""
    with Sandbox(key="tvs-old") as tavus:
        own, _ = object_at(PersonaLifecycle, tavus.url, key="tvs-old").create({"system_prompt": "Be kind."})
        id_, outs = conversation_at(tavus.url, key="tvs-old").create({"persona_id": own, "replica_id": "r90bbd427f71"})
        HTTP.delete(f"{tavus.url}/v2/conversations/{id_}", headers={"x-api-key": tavus.key}).raise_for_status()
        tavus.key = "tvs-new"
        assert conversation_at(tavus.url, key="tvs-new").read(id_, outs) is None
        conversation_at(tavus.url, key="tvs-new").delete(id_, outs)


def test_what_another_key_may_have_created_is_not_forgotten() -> None:
    """A create that was interrupted with one key fails with another account's key instead of creating again."""
    with Sandbox(key="tvs-first") as first:
        conversation_at(first.url, key=first.key).create({"persona_id": PERSONA})  # the state never learned of it
    with Sandbox(port=int(first.url.rpartition(":")[2]), key="tvs-other") as other:
        with pytest.raises(OtherAccount, match="run `pulumi up` with that key once"):
            conversation_at(other.url, key=other.key).create({"persona_id": PERSONA})
        assert active_ids(other) == []
        assert len(list(Journal().intents())) == 1
