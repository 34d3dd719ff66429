"""Lookups in the program's process, over real HTTP."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pulumi
import pytest

import tavus_provider as tavus
from tavus_provider.api.errors import InputError
from tavus_provider.lookups.documentation import arguments, result_class
from tavus_provider.objects.persona_parts import SKILLS
from tavus_provider.sandbox import Sandbox
from tests.contract.facts import CONTRACT, SINGLE_GUARDRAILS, find_operation, in_older_names
from tests.support.http_server import Answer, Request, serve
from tests.support.ids import BENT_IDS

COACH = "pcb7a34da5fe"


class Kind(NamedTuple):
    """Kind of object: its name among the sandbox's seeds, and its lookups."""

    seeds: str
    id_field: str
    name_field: str
    one: Callable[..., Any]
    many: Callable[..., list[Any]]

    def seed_named(self, *names: str) -> dict[str, list[dict[str, Any]]]:
        """Return a seed of objects with these names."""
        if self.seeds == "objectives":
            items = [[{"objective_name": name, "objective_prompt": "…"}] for name in names]
            return {self.seeds: [{"data": each} for each in items]}
        return {self.seeds: [{self.name_field: name} for name in names]}


PERSONA = Kind("personas", "persona_id", "persona_name", tavus.get_persona, tavus.get_personas)
REPLICA = Kind("replicas", "replica_id", "replica_name", tavus.get_replica, tavus.get_replicas)
VOICE = Kind("voices", "voice_id", "voice_name", tavus.get_voice, tavus.get_voices)
CONVERSATION = Kind("conversations", "conversation_id", "conversation_name", tavus.get_conversation, tavus.get_conversations)
DOCUMENT = Kind("documents", "document_id", "document_name", tavus.get_document, tavus.get_documents)
GUARDRAIL = Kind("single_guardrails", "guardrail_id", "guardrail_name", tavus.get_guardrail, tavus.get_guardrail_list)
GUARDRAILS = Kind("guardrails", "guardrails_id", "name", tavus.get_guardrails, tavus.get_guardrails_list)
OBJECTIVES = Kind("objectives", "objectives_id", "objective_name", tavus.get_objectives, tavus.get_objectives_list)
DICTIONARY = Kind(
    "pronunciation_dictionaries",
    "pronunciation_dictionary_id",
    "name",
    tavus.get_pronunciation_dictionary,
    tavus.get_pronunciation_dictionaries,
)
DEPLOYMENT = Kind("deployments", "deployment_id", "name", tavus.get_deployment, tavus.get_deployments)
TOOL = Kind("tools", "tool_id", "name", tavus.get_tool, tavus.get_tools)
KINDS = [PERSONA, REPLICA, VOICE, DEPLOYMENT, TOOL, CONVERSATION, DOCUMENT, GUARDRAIL, GUARDRAILS, OBJECTIVES, DICTIONARY]
WITH_NAME = [kind for kind in KINDS if kind is not GUARDRAILS]


OURS = {"crawl", "embed_html", "landing_page_url", "guardrail_id"}
"""Fields of results that answers do not have under these names: crawl_config, uuid, and what follows from id and channel."""


def for_each(kinds: Sequence[Kind]) -> pytest.MarkDecorator:
    """Run a test for each of these kinds."""
    return pytest.mark.parametrize("kind", kinds, ids=lambda kind: kind.seeds)


def ids_of(kind: Kind, found: Sequence[Any]) -> list[str]:
    """Return the ids of results."""
    return [getattr(result, kind.id_field) for result in found]


def seed(sandbox: Sandbox, kind: Kind, *names: str) -> list[str]:
    """Put objects with these names into the account; return their ids."""
    added: Any = sandbox.control.seed(**kind.seed_named(*names))
    return [next(each[name] for name in (kind.id_field, "id", "uuid") if name in each) for each in added[kind.seeds]]


def error_of(look_up: Callable[..., Any], **query: Any) -> str:
    """Return the message of the error that a lookup raises."""
    with pytest.raises(pulumi.RunError) as raised:
        look_up(**query)
    message = str(raised.value)
    assert "\n" not in message
    return message


@pytest.mark.usefixtures("account")
def test_skills_are_those_of_tavuss_registry() -> None:
    """The list has each skill with the id that a persona's skills use."""
    skills = {skill.skill_id: skill.display_name for skill in tavus.get_skills()}
    assert (list(skills), skills["magic_canvas"]) == (list(SKILLS), "Magic Canvas")


@for_each(KINDS)
def test_one_is_found_by_its_id(account: Sandbox, kind: Kind) -> None:
    """A lookup by id is a single request."""
    id_, _ = seed(account, kind, "first", "second")
    assert getattr(kind.one(id=id_), kind.id_field) == id_
    assert [call["method"] for call in account.control.calls()] == ["GET"]


@for_each(WITH_NAME)
def test_one_is_found_by_its_name_on_any_page(account: Sandbox, kind: Kind) -> None:
    """A lookup by name reads every page, whether pages count from 0 or from 1."""
    names = [f"name_{number:03}" for number in range(210)]
    found = dict(zip(names, seed(account, kind, *names), strict=True))
    for name in (names[0], names[120], names[-1]):
        assert getattr(kind.one(name=name), kind.id_field) == found[name]
    assert {call["method"] for call in account.control.calls()} == {"GET"}


@for_each(KINDS)
def test_all_are_listed_once(account: Sandbox, kind: Kind) -> None:
    """A list has each object once."""
    there = ids_of(kind, kind.many())
    new = seed(account, kind, *(f"name_{number:03}" for number in range(120)))
    found = ids_of(kind, kind.many())
    assert len(found) == len(set(found))
    assert set(found) == {*there, *new}


@for_each(WITH_NAME)
def test_an_unknown_name_is_an_error_with_the_nearest(account: Sandbox, kind: Kind) -> None:
    """The error says how many objects there are, and suggests the nearest name."""
    seed(account, kind, "onboarding", "farewell")
    words = error_of(kind.one, name="onbording")
    assert words.startswith("could not look up ")
    assert words.endswith(f"'onbording': none of {len(kind.many())} has that name; did you mean 'onboarding'?")
    assert "did you mean" not in error_of(kind.one, name="0123456789")


@for_each(WITH_NAME)
def test_several_of_a_name_are_an_error_that_lists_them(account: Sandbox, kind: Kind) -> None:
    """The error lists id, name and time of creation of each, and nothing is guessed."""
    first, second = seed(account, kind, "twin", "twin")
    words = error_of(kind.one, name="twin")
    assert "'twin': 2 have that name: " in words
    listed = {getattr(result, kind.id_field): result for result in kind.many()}
    for id_ in (first, second):
        assert f"{id_} ('twin', {listed[id_].created_at})" in words
    assert "; give the id" in words


@for_each(KINDS)
def test_an_unknown_id_is_one_line(account: Sandbox, kind: Kind) -> None:
    """The error says what was looked up, and that it does not exist in this account."""
    assert error_of(kind.one, id="x1").endswith("x1: it does not exist in this account")


@for_each(KINDS)
def test_what_cannot_be_an_id_is_not_looked_up(account: Sandbox, kind: Kind) -> None:
    """A path or a query in an id would lead to another object; Tavus receives no call."""
    for bent in BENT_IDS:
        assert "must" in error_of(kind.one, id=bent)
    assert account.control.calls() == []


@pytest.mark.parametrize("naming", ["persona", "pal"])
@for_each([PERSONA, REPLICA])
def test_system_separates_own_from_provided(account: Sandbox, monkeypatch: pytest.MonkeyPatch, kind: Kind, naming: str) -> None:
    """`system` divides all objects in two and distinguishes two of one name, in either naming."""
    monkeypatch.setenv("TAVUS_NAMING", naming)
    type_field = kind.id_field.replace("_id", "_type")
    seeds: Any = {kind.seeds: [{kind.name_field: "twin", type_field: whose} for whose in ("system", "user")]}
    system, own = [each[kind.id_field] for each in account.control.seed(**seeds)[kind.seeds]]  # type: ignore[literal-required]
    assert getattr(kind.one(name="twin", system=True), kind.id_field) == system
    assert getattr(kind.one(name="twin", system=False), kind.id_field) == own
    assert error_of(kind.one, name="twin").endswith("; give the id or system")
    parts = ids_of(kind, kind.many(system=True)), ids_of(kind, kind.many(system=False))
    assert system in parts[0]
    assert own in parts[1]
    assert sorted([*parts[0], *parts[1]]) == sorted(ids_of(kind, kind.many()))


def test_replicas_have_their_type(account: Sandbox) -> None:
    """The lookup asks Tavus for the type of replicas, which it leaves out otherwise."""
    assert {replica.replica_type for replica in tavus.get_replicas()} == {"system", "user"}
    assert tavus.get_replica(name="Anna").replica_type == "system"
    assert tavus.get_replica(name="Badly Lit").error_message


def test_filters_are_passed_on(account: Sandbox) -> None:
    """Tavus applies the filters that its lists have."""
    assert [replica.replica_name for replica in tavus.get_replicas(model_name="phoenix-3")] == ["Anna"]
    assert [voice.voice_name for voice in tavus.get_voices(search="CHAR")] == ["charlie"]
    assert [voice.voice_name for voice in tavus.get_voices(tag="warm")] == ["anna"]
    account.control.seed(documents=[{"tags": ["a", "b"]}, {"tags": ["c"], "status": "error"}, {"tags": ["d"]}])
    assert [document.tags for document in tavus.get_documents(tags=["c", "d"], status="error")] == [["c"]]
    assert len(tavus.get_documents(tags=("a", "c"))) == 2
    assert len(tavus.get_voices(search="", tag="")) == len(tavus.get_voices())
    assert all(call["query"].keys().isdisjoint({"search", "tag"}) for call in account.control.calls()[-2:])


@pytest.mark.parametrize(
    ("voice", "id_", "tags"),
    [
        ({"voice_name": "ana", "replica_id": "r1", "tags": [{"tag_name": "Warm"}]}, None, [{"tag_name": "Warm"}]),
        ({"voice_name": "ana", "voice_id": "v1", "tags": ["Warm"]}, "v1", [{"tag_name": "Warm"}]),
        ({"voice_name": "ana", "voice_id": "v1"}, "v1", []),
    ],
    ids=["without an id", "with an id", "without tags"],
)
def test_voices_are_read_in_either_form(
    monkeypatch: pytest.MonkeyPatch, voice: dict[str, Any], id_: str | None, tags: Any
) -> None:
    """Lists of May 2026 have no ids of voices, and tags as objects; newer ones have ids, and tags as strings."""

    def answer(request: Request) -> Answer:
        items = [voice] if "page=1" in request.path else []
        return Answer(body={"data": items} if "?" in request.path else voice)

    monkeypatch.setenv("TAVUS_API_KEY", "k")
    with serve(answer) as url:
        monkeypatch.setenv("TAVUS_BASE_URL", url)
        found = [tavus.get_voice(name="ana"), *tavus.get_voices()]
    assert [(each.voice_id, each.voice_name, each.tags) for each in found] == [(id_, "ana", tags)] * 2


def test_a_document_has_its_crawl(account: Sandbox) -> None:
    """The result has the crawl under the name of the resource's input."""
    account.control.seed(documents=[{"document_id": "d1", "crawl_config": {"depth": 2, "max_pages": 5}}])
    assert tavus.get_document(id="d1").crawl == {"depth": 2, "max_pages": 5}


def test_status_distinguishes_conversations(account: Sandbox) -> None:
    """`status` distinguishes two of one name."""
    account.control.seed(conversations=[{"conversation_name": "daily"}, {"conversation_name": "daily", "age": 99999}])
    active, ended = (tavus.get_conversation(name="daily", status=status) for status in ("active", "ended"))
    assert (active.status, ended.status) == ("active", "ended")
    assert [found.conversation_id for found in tavus.get_conversations(status="active")] == [active.conversation_id]


def test_what_may_be_secret_is_left_out(account: Sandbox) -> None:
    """No result has keys, headers or addresses of a persona's layers, or addresses of webhooks and documents."""
    hidden = {
        "api_key": "hush-key",
        "headers": {"Authorization": "hush-header"},
        "base_url": "https://u:hush-url@llm.example.com",
    }
    layers = {"llm": {"model": "mine", **hidden}, "tts": {"tts_engine": "cartesia", "api_key": "hush-voice"}}
    item = {"guardrail_name": "kind", "guardrail_prompt": "Be kind.", "modality": "visual"}
    hook = {"callback_url": "https://example.com/?token=hush-hook"}
    account.control.seed(
        personas=[{"persona_name": "discreet", "layers": layers}],
        guardrails=[{"guardrails_id": "g1", "data": [{**item, **hook}]}],
        conversations=[hook],
        documents=[{**hook, "document_name": "Handbook", "document_url": "https://example.com/?X-Amz-Signature=hush-link"}],
    )
    persona, guardrails = tavus.get_persona(name="discreet"), tavus.get_guardrails(id="g1")
    llm, tts = persona.llm or {}, persona.tts or {}
    assert (llm["model"], tts["tts_engine"]) == ("mine", "cartesia")
    assert not {*llm, *tts} & {"api_key", "headers", "base_url"}
    assert guardrails.data == [item]
    everything = [persona, guardrails, tavus.get_personas(), tavus.get_conversations(), tavus.get_documents()]
    assert "hush" not in repr(everything)


@pytest.mark.parametrize("as_lists", [False, True])
def test_sets_are_read_in_either_shape(account: Sandbox, as_lists: bool) -> None:
    """Tavus returns a set as its first item or as a list, and lists sets of guardrails without their content."""
    account.control.set_behavior(sets_as_lists=as_lists)
    items = [{"objective_name": name, "objective_prompt": "…"} for name in ("first", "second")]
    guards = [{"guardrail_name": name, "guardrail_prompt": "…"} for name in ("first", "second")]
    account.control.seed(
        objectives=[{"objectives_id": "o1", "data": items}], guardrails=[{"guardrails_id": "g1", "data": guards}]
    )
    told = ["first", "second"] if as_lists else ["first"]
    assert [item["objective_name"] for item in tavus.get_objectives(name="first").data or []] == told
    assert [item["guardrail_name"] for item in tavus.get_guardrails(id="g1").data or []] == told
    assert [found.data for found in tavus.get_guardrails_list()] == [None]


@pytest.mark.parametrize(
    ("look_up", "query", "words"),
    [
        (tavus.get_persona, {}, "could not look up a persona: give id or name"),
        (tavus.get_persona, {"id": "p1", "name": "x"}, "could not look up a persona: give id or name, and not both"),
        (tavus.get_persona, {"id": "p1", "system": True}, "could not look up a persona: system cannot be given with id: …"),
        (tavus.get_persona, {"id": ""}, "could not look up a persona: id must not be empty"),
        (tavus.get_persona, {"id": None}, "could not look up a persona: give id or name"),
        (tavus.get_persona, {"name": 5}, "could not look up a persona: name must be a string, not 5"),
        (
            tavus.get_persona,
            {"nam": "x", "system": "yes"},
            "could not look up a persona: this lookup has no input named nam: did you mean name?; "
            "system must be a boolean (True or False), not the string 'yes'",
        ),
        (tavus.get_guardrails, {}, "could not look up a set of guardrails: give id"),
        (tavus.get_voice, {}, "could not look up a voice: give id or name"),
        (
            tavus.get_conversations,
            {"status": "activ"},
            "could not list the conversations: status must be one of active, ended, not 'activ': did you mean active?",
        ),
        (
            tavus.get_documents,
            {"tags": "a"},
            "could not list the documents: tags must be a list of strings, not the string 'a': write ['a']",
        ),
        (tavus.get_voices, {"account": "x"}, "account must be a tavus_provider.Account, not 'x'"),
    ],
)
def test_a_wrong_lookup_is_one_line(account: Sandbox, look_up: Callable[..., Any], query: dict[str, Any], words: str) -> None:
    """The error names the argument and what to write instead, and Tavus receives no request."""
    start, _, _ = words.partition("…")
    assert error_of(look_up, **query).startswith(start)
    assert account.control.calls() == []


def test_a_missing_key_is_one_line(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lookup needs a key, also in a preview."""
    monkeypatch.delenv("TAVUS_API_KEY")
    assert error_of(tavus.get_persona, id=COACH).startswith("there is no Tavus API key: run `pulumi config set")


def test_a_wrong_key_is_one_line(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has Tavus's status."""
    monkeypatch.setenv("TAVUS_API_KEY", "wrong")
    assert "Tavus answered 401" in error_of(tavus.get_persona, id=COACH)


def test_debugging_shows_a_traceback(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """With TAVUS_LOG=debug the lookup raises the original error, of which Pulumi shows the traceback."""
    monkeypatch.setenv("TAVUS_LOG", "debug")
    with pytest.raises(InputError):
        tavus.get_persona(id="p1")


@for_each(KINDS)
def test_results_are_frozen(account: Sandbox, kind: Kind) -> None:
    """A result is a frozen dataclass, and its first field is the id."""
    seed(account, kind, "name")
    result = kind.many()[0]
    assert dataclasses.fields(result)[0].name == kind.id_field
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, kind.id_field, "other")


@for_each(KINDS)
def test_lookups_agree_with_the_contract(account: Sandbox, kind: Kind) -> None:
    """The contract has every query parameter, and every field of a result in an answer, or in what a creation takes."""
    filters = {row.name for row in arguments(kind.many)} - {"account"}
    values = {"system": True, "tags": ["a"], "status": "active" if kind is CONVERSATION else "ready"}
    kind.many(**{name: values.get(name, "a") for name in filters})
    operations = []
    for call in account.control.calls():
        operations.append(find_operation(call["method"], call["path"]))
        assert set(call["query"]) <= set(operations[-1].query)
    every = [*CONTRACT.values(), *SINGLE_GUARDRAILS.values()]
    own = [each for each in every if each.collection == operations[0].collection and each.method in ("GET", "POST")]
    bodies = [body for each in own for body in (each.request if each.method == "POST" else {}, each.responses.get(200))]
    told = {path.rpartition(".")[2] for body in bodies for path in in_older_names(body or {})}
    assert {each.name for each in dataclasses.fields(result_class(kind.many))} <= told | OURS
