"""Ids: whoever chose one, it leads a call to the object that it names, or to nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tavus_provider.api.errors import InputError, OutcomeUnknown
from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.lifecycle.at_tavus import TavusLifecycle
from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.document import DocumentLifecycle
from tavus_provider.objects.guardrails import GuardrailsLifecycle
from tavus_provider.objects.objectives import ObjectivesLifecycle
from tavus_provider.objects.persona import PersonaLifecycle
from tavus_provider.objects.pronunciation_dictionary import PronunciationDictionaryLifecycle
from tavus_provider.objects.replica import ReplicaLifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.fields import Table, table
from tavus_provider.settings import Settings
from tests.support.http_server import Answer, serve_answers
from tests.support.ids import BENT_IDS, USUAL_IDS
from tests.support.lifecycles import build, conversation_at, find_mistakes, object_at

KINDS: dict[type[TavusLifecycle], Props] = {
    ConversationLifecycle: {},
    DocumentLifecycle: {"document_name": "a"},
    GuardrailsLifecycle: {"data": []},
    ObjectivesLifecycle: {"data": []},
    PersonaLifecycle: {"persona_name": "a"},
    PronunciationDictionaryLifecycle: {"name": "a"},
    ReplicaLifecycle: {"replica_name": "a"},
}
"""Everything that has an id at Tavus, with an input that an update changes there."""
OF_OTHERS = ("external_voice_id", "external_id", "project_id", "tenant_id", "client_id")
"""Inputs whose ids are those of voices' engines and of storages."""


def find_id_inputs(rows: Table, *above: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the path of each input that is named as an id or as ids, and whether it takes several."""
    for row in rows:
        if re.search(r"(^|_)ids?$", row.name) and row.name not in OF_OTHERS:
            yield (*above, row.name), row.kind is list
        for shape in (*row.shapes, *(row.item.shapes if row.item else ())):
            yield from find_id_inputs(table(shape), *above, row.name)


INPUTS = [(kind, path, is_list) for kind in KINDS for path, is_list in find_id_inputs(table(kind.args))]


def mistakes_at(kind: type[TavusLifecycle], path: tuple[str, ...], value: object) -> list[str]:
    """Return what check says about the input at `path` with this value."""
    for name in reversed(path[1:]):
        value = {name: value}
    return [reason for where, reason in find_mistakes(kind, **{path[0]: value}) if where.startswith(".".join(path))]


@pytest.mark.parametrize(("kind", "path", "is_list"), INPUTS, ids=lambda each: getattr(each, "name", None))
def test_check_refuses_what_cannot_be_an_id(kind: type[TavusLifecycle], path: tuple[str, ...], is_list: bool) -> None:
    """Every input that takes an id takes those of Tavus's forms only, and no message repeats the value."""
    for usual in USUAL_IDS:
        assert mistakes_at(kind, path, [usual] if is_list else usual) == []
    for bent in filter(None, BENT_IDS):
        (reason,) = mistakes_at(kind, path, ["p1", bent] if is_list else bent)
        assert reason.startswith("must be an id as Tavus shows it")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bent", BENT_IDS)
def test_no_call_is_made_about_what_cannot_be_an_id(sandbox: Sandbox, kind: type[TavusLifecycle], bent: str) -> None:
    """Reading, changing, adopting and deleting it is refused in one line that says what to do; Tavus receives nothing."""
    resource = build(kind, Settings(api_key=sandbox.key, base_url=sandbox.url))
    existing = f"existing_{kind.noun.replace(' ', '_')}_id"
    doings: list[Callable[[], object]] = [
        lambda: resource.read(bent, {}),
        lambda: resource.delete(bent, {}),
        lambda: resource.create({existing: bent}),
    ]
    if KINDS[kind]:
        doings.append(lambda: resource.update(bent, KINDS[kind], dict.fromkeys(KINDS[kind], "b")))
    for do in doings:
        with pytest.raises(InputError, match="could not call Tavus about .*: it must .*correct it"):
            do()
    assert sandbox.control.calls() == []


@pytest.mark.parametrize("bent", BENT_IDS)
def test_an_answer_with_what_cannot_be_an_id_is_no_answer(bent: str) -> None:
    """Whether the object was created is unknown then, as it is without an id."""
    with serve_answers(Answer(body={"persona_id": bent})) as tavus, pytest.raises(OutcomeUnknown, match="usable persona_id"):
        object_at(PersonaLifecycle, tavus.url).create({"system_prompt": "You coach."})
    answers = Answer(body={"conversation_id": bent}), Answer(body={"data": []})
    with serve_answers(*answers) as tavus, pytest.raises(OutcomeUnknown, match="usable conversation_id"):
        conversation_at(tavus.url, retry_timeout=0.0).create({"persona_id": "p1", "conversation_name": "call"})
