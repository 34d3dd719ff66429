"""What all objects of Tavus share: patches, adoption, vanishing, secrets; over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.api.errors import ApiError, InputError, OutcomeUnknown
from tavus_provider.lifecycle.base import ACCOUNT, COMPUTED, Diff, Props
from tavus_provider.lifecycle.tavus_object import TavusObjectLifecycle
from tavus_provider.objects.document import DocumentLifecycle
from tavus_provider.objects.guardrails import GuardrailsLifecycle
from tavus_provider.objects.objectives import ObjectivesLifecycle
from tavus_provider.objects.persona import PersonaLifecycle
from tavus_provider.objects.pronunciation_dictionary import PronunciationDictionaryLifecycle
from tavus_provider.objects.replica import ReplicaLifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.calls import sent_bodies
from tests.support.http_server import Answer, serve_answers
from tests.support.lifecycles import object_at

GOAL = {"objective_name": "age", "objective_prompt": "Ask."}
BRANDS: Props = {"name": "Brands", "rules": [{"text": "a", "pronunciation": "b", "type": "alias"}]}
COACH: Props = {"system_prompt": "You coach.", "llm": {"model": "m", "api_key": "sk-secret"}}


def test_what_is_made_is_deleted_once(sandbox: Sandbox) -> None:
    """A second deletion of an object succeeds, and a read then reports it as gone."""
    dictionaries = object_at(PronunciationDictionaryLifecycle, sandbox.url)
    id_, outs = dictionaries.create(BRANDS)
    dictionaries.delete(id_, outs)
    dictionaries.delete(id_, outs)
    assert dictionaries.read(id_, outs) is None


def test_what_is_kept_is_not_deleted(sandbox: Sandbox) -> None:
    """on_destroy="keep" leaves the object at Tavus, and a change of this input makes no call."""
    dictionaries = object_at(PronunciationDictionaryLifecycle, sandbox.url)
    id_, outs = dictionaries.create(BRANDS)
    keeping = {**BRANDS, "on_destroy": "keep"}
    assert dictionaries.diff(id_, outs, keeping) == Diff(("on_destroy",), (), delete_before_replace=False)
    outs = dictionaries.update(id_, outs, keeping)
    dictionaries.delete(id_, outs)
    assert dictionaries.read(id_, outs) == (id_, outs)
    assert [call["method"] for call in sandbox.control.calls()] == ["POST", "GET"]


def test_an_update_of_what_is_gone_says_what_to_do(sandbox: Sandbox) -> None:
    """The update creates nothing, and its error says what to do."""
    dictionaries = object_at(PronunciationDictionaryLifecycle, sandbox.url)
    id_, outs = dictionaries.create(BRANDS)
    dictionaries.delete(id_, outs)
    with pytest.raises(
        InputError, match=f"pronunciation dictionary {id_}.* run `pulumi refresh`, then `pulumi up` creates another"
    ):
        dictionaries.update(id_, outs, {**BRANDS, "name": "Names"})


def test_deleting_never_swallows_anything_else() -> None:
    """A refusal that does not say that the object is gone is an error."""
    with serve_answers(Answer(400, {"error": "in use"})) as tavus, pytest.raises(ApiError, match="in use"):
        object_at(PersonaLifecycle, tavus.url).delete("p1", {})
    with serve_answers(Answer(400, {"error": "Invalid persona_id"})) as tavus:
        object_at(PersonaLifecycle, tavus.url).delete("p1", {})


@pytest.mark.parametrize("status", [200, 304])
def test_a_patch_that_changes_nothing_is_a_success(status: int) -> None:
    """Status 304 counts as success."""
    document = {"persona_name": "A", "system_prompt": "You coach."}
    with serve_answers(Answer(200, {"data": [document]}), Answer(status)) as tavus:
        outs = object_at(PersonaLifecycle, tavus.url).update("p1", document, document | {"persona_name": "B"})
        assert outs["persona_name"] == "B"
        assert [each.method for each in tavus.requests] == ["GET", "PATCH"]


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_patch_names_what_was_refused(status: int) -> None:
    """The error has Tavus's words and the property, and nothing is replaced behind anybody's back."""
    refusal = Answer(status, {"message": "Invalid JSON patch format"})
    news = {"system_prompt": "You coach.", "llm": {"model": "n"}, "pipeline_mode": "echo"}
    with serve_answers(Answer(200, {"data": [{"layers": {"llm": {"model": "m"}}}]}), refusal) as tavus:
        with pytest.raises(InputError) as caught:
            object_at(PersonaLifecycle, tavus.url).update("p1", COACH, news)
    said = str(caught.value)
    assert f"could not update persona p1: Tavus answered {status} 'Invalid JSON patch format'" in said
    assert "Tavus refused to change llm.api_key, llm.model, pipeline_mode: take that back" in said


@pytest.mark.parametrize(
    ("kind", "olds", "news", "name"),
    [
        (DocumentLifecycle, {"document_url": "https://a.example.com/"}, {"tags": ["a"]}, "tags"),
        (ReplicaLifecycle, {"replica_name": "Anna"}, {"replica_name": "Anne"}, "replica_name"),
        (ObjectivesLifecycle, {"data": [GOAL]}, {"data": [{**GOAL, "modality": "visual"}]}, r"data\[0\].modality"),
    ],
)
def test_so_does_what_takes_no_json_patch(
    kind: type[TavusObjectLifecycle], olds: dict[str, Any], news: dict[str, Any], name: str
) -> None:
    """Documents, replicas and objectives, which take no JSON Patch, report a refusal in the same way."""
    with (
        serve_answers(Answer(200, olds), Answer(400, {"error": "no"})) as tavus,
        pytest.raises(InputError, match=f"'no'; Tavus refused to change {name}: take that back"),
    ):
        object_at(kind, tavus.url).update("x1", olds, {**olds, **news})


def test_another_error_of_a_patch_stays_what_it_is() -> None:
    """A 5xx is not reported as a refusal."""
    with serve_answers(Answer(200, {"data": [{"persona_id": "p1"}]}), Answer(503)) as tavus, pytest.raises(ApiError, match="503"):
        object_at(PersonaLifecycle, tavus.url, retry_timeout=0).update("p1", COACH, {**COACH, "system_prompt": "x"})


@pytest.mark.parametrize(
    "answer",
    [
        {"guardrail_name": "a", "guardrail_prompt": "b"},
        {"data": {"guardrail_name": "a", "guardrail_prompt": "b"}},
        {"data": [{"guardrail_name": "a", "guardrail_prompt": "b"}]},
        {"guardrails_id": "g1", "name": "Rules", "data": [{"guardrail_name": "a", "guardrail_prompt": "b"}]},
    ],
    ids=["flat", "object", "list", "whole"],
)
def test_every_shape_of_an_answer_is_read(answer: dict[str, Any]) -> None:
    """Every shape is accepted, because Tavus's document and its examples disagree."""
    known = {"name": "Rules", "data": [{"guardrail_name": "a", "guardrail_prompt": "x"}]}
    with serve_answers(Answer(200, answer)) as tavus:
        found = object_at(GuardrailsLifecycle, tavus.url).read("g1", known)
    assert found
    assert found[1]["data"] == [{"guardrail_name": "a", "guardrail_prompt": "b"}]
    assert found[1]["name"] == "Rules"


@pytest.mark.parametrize("answer", [{"persona_name": "A"}, {"data": {"persona_name": "A"}}, {"data": [{"persona_name": "A"}]}])
def test_a_single_object_is_read_alone_or_wrapped(answer: dict[str, Any]) -> None:
    """An answer has the object itself, under `data`, or in a list of one item."""
    with serve_answers(Answer(200, answer)) as tavus:
        personas = object_at(PersonaLifecycle, tavus.url)
        assert personas.read("p1", {}) == (
            "p1",
            {"persona_id": "p1", "persona_name": "A", COMPUTED: ["persona_name"], ACCOUNT: personas.client.account},
        )


def test_what_is_read_stands_for_inputs(sandbox: Sandbox) -> None:
    """After a refresh the next preview compares with what is there now."""
    dictionaries = object_at(PronunciationDictionaryLifecycle, sandbox.url)
    id_, outs = dictionaries.create(BRANDS)
    dictionaries.send_patch(id_, [{"op": "add", "path": "/name", "value": "By hand"}], {})
    found = dictionaries.read(id_, outs)
    assert found
    assert dictionaries.read_inputs(found[1]) == {**BRANDS, "name": "By hand"}
    assert dictionaries.diff(id_, found[1], BRANDS).changes == ("name",)


def test_adopting_takes_what_is_there_as_it_is(sandbox: Sandbox) -> None:
    """Adopting creates and writes nothing; the error names each input that differs."""
    personas = object_at(PersonaLifecycle, sandbox.url)
    id_, _ = personas.create({**COACH, "persona_name": "Coach"})
    adopting = {**COACH, "existing_persona_id": id_}
    assert personas.create(adopting)[0] == id_
    assert personas.create({"existing_persona_id": id_})[1]["persona_name"] == "Coach"
    with pytest.raises(
        InputError, match=f"could not adopt persona {id_}: at Tavus it has another system_prompt, llm.model; adopt"
    ):
        personas.create({**adopting, "system_prompt": "You sell.", "llm": {"model": "n"}})
    assert len(sent_bodies(sandbox, "POST")) == 1
    assert sent_bodies(sandbox, "PATCH") == []


def test_adopting_what_is_not_there_fails(sandbox: Sandbox) -> None:
    """The error names the id."""
    with pytest.raises(InputError, match="could not adopt persona p-none: the id in existing_persona_id does not exist"):
        object_at(PersonaLifecycle, sandbox.url).create({"existing_persona_id": "p-none"})
    with pytest.raises(InputError, match="could not read persona p-none: it does not exist in this account"):
        object_at(PersonaLifecycle, sandbox.url).read("p-none", {})


def test_an_adopted_object_is_managed_like_any_other(sandbox: Sandbox) -> None:
    """The input that adopted the object can be removed or stay; another id replaces it."""
    personas = object_at(PersonaLifecycle, sandbox.url)
    id_, _ = personas.create(COACH)
    adopting = {**COACH, "existing_persona_id": id_}
    _, outs = personas.create(adopting)
    assert personas.diff(id_, outs, adopting).changes == ()
    assert personas.diff(id_, outs, COACH).replaces == ()
    assert personas.diff(id_, outs, {**adopting, "existing_persona_id": "p2"}).replaces == ("existing_persona_id",)


@pytest.mark.parametrize("unknown", [{"document_url": UNKNOWN}, {"crawl": {"depth": UNKNOWN}}], ids=str)
def test_what_only_up_knows_is_not_refused_for_an_adopted_object(sandbox: Sandbox, unknown: dict[str, Any]) -> None:
    """A preview shows an unknown value as a change, and refuses only a value that is known to differ."""
    documents = object_at(DocumentLifecycle, sandbox.url)
    given = {"document_url": "https://docs.example.com/", "crawl": {"depth": 1}}
    id_, _ = documents.create({**given, "wait_for_ready": 0})
    adopting = {**given, "existing_document_id": id_, "wait_for_ready": 0}
    _, outs = documents.create(adopting)
    diff = documents.diff(id_, outs, {**adopting, **unknown})
    assert (diff.changes, diff.replaces) == (tuple(unknown), ())
    with pytest.raises(InputError, match="Tavus cannot change its callback_url: take"):
        documents.diff(id_, outs, {**adopting, **unknown, "callback_url": "https://example.com/hook"})


def test_a_lost_answer_is_not_asked_for_again() -> None:
    """The create raises an error instead of risking a second object."""
    with serve_answers(Answer(closes=True)) as tavus, pytest.raises(OutcomeUnknown, match="could not create persona 'thing'"):
        object_at(PersonaLifecycle, tavus.url).create(COACH)
    assert len(tavus.requests) == 1
    with (
        serve_answers(Answer(200, {"status": "created"})) as tavus,
        pytest.raises(OutcomeUnknown, match="without a usable persona_id"),
    ):
        object_at(PersonaLifecycle, tavus.url).create(COACH)


def test_what_the_program_leaves_out_is_known_to_be_tavuss(sandbox: Sandbox) -> None:
    """A name that Tavus gave is an output, and to write it into the program later is no change."""
    personas = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = personas.create(COACH)
    assert outs[COMPUTED] == ["persona_name"]
    named = {**COACH, "persona_name": outs["persona_name"]}
    assert personas.diff(id_, outs, named).changes == ()
    renamed = personas.update(id_, outs, {**COACH, "persona_name": "Coach"})
    assert (renamed["persona_name"], renamed[COMPUTED]) == ("Coach", [])
    assert personas.diff(id_, renamed, COACH).changes == ("persona_name",)
