"""Looking up, in a program's own process, over real HTTP."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pulumi
import pytest

import tavus_provider as tavus
from tavus_provider.api.errors import InputError
from tavus_provider.lookups.documentation import arguments, result_class
from tavus_provider.sandbox import Sandbox
from tests.contract.facts import CONTRACT, find_operation

COACH = "pcb7a34da5fe"


class Kind(NamedTuple):
    """One kind of object: how the sandbox is given it, and what looks it up."""

    seeds: str
    id_field: str
    name_field: str
    one: Callable[..., Any]
    many: Callable[..., list[Any]]

    def named(self, *names: str) -> dict[str, list[dict[str, Any]]]:
        """Return a seed of objects with these names."""
        if self.seeds == "objectives":
            items = [[{"objective_name": name, "objective_prompt": "…"}] for name in names]
            return {self.seeds: [{"data": each} for each in items]}
        return {self.seeds: [{self.name_field: name} for name in names]}


PERSONA = Kind("personas", "persona_id", "persona_name", tavus.get_persona, tavus.get_personas)
REPLICA = Kind("replicas", "replica_id", "replica_name", tavus.get_replica, tavus.get_replicas)
VOICE = Kind("voices", "voice_name", "voice_name", tavus.get_voice, tavus.get_voices)
CONVERSATION = Kind("conversations", "conversation_id", "conversation_name", tavus.get_conversation, tavus.get_conversations)
DOCUMENT = Kind("documents", "document_id", "document_name", tavus.get_document, tavus.get_documents)
GUARDRAILS = Kind("guardrails", "guardrails_id", "name", tavus.get_guardrails, tavus.get_guardrails_list)
OBJECTIVES = Kind("objectives", "objectives_id", "objective_name", tavus.get_objectives, tavus.get_objectives_list)
DICTIONARY = Kind(
    "pronunciation_dictionaries",
    "pronunciation_dictionary_id",
    "name",
    tavus.get_pronunciation_dictionary,
    tavus.get_pronunciation_dictionaries,
)
KINDS = [PERSONA, REPLICA, VOICE, CONVERSATION, DOCUMENT, GUARDRAILS, OBJECTIVES, DICTIONARY]
WITH_ID = [kind for kind in KINDS if kind is not VOICE]
WITH_NAME = [kind for kind in KINDS if kind is not GUARDRAILS]


def each(kinds: Sequence[Kind]) -> pytest.MarkDecorator:
    """Run a test for each of these kinds."""
    return pytest.mark.parametrize("kind", kinds, ids=lambda kind: kind.seeds)


def ids(kind: Kind, found: Sequence[Any]) -> list[str]:
    """Return the ids of results."""
    return [getattr(result, kind.id_field) for result in found]


def seeded(sandbox: Sandbox, kind: Kind, *names: str) -> list[str]:
    """Put objects with these names into the account; return their ids."""
    added: Any = sandbox.control.seed(**kind.named(*names))
    return [each.get(kind.id_field, each.get("id")) for each in added[kind.seeds]]


def message(look_up: Callable[..., Any], **query: Any) -> str:
    """Return the words of the error that a lookup ends with."""
    with pytest.raises(pulumi.RunError) as raised:
        look_up(**query)
    words = str(raised.value)
    assert "\n" not in words
    return words


@each(WITH_ID)
def test_one_is_found_by_its_id(account: Sandbox, kind: Kind) -> None:
    """With an id it takes a single call."""
    id_, _ = seeded(account, kind, "first", "second")
    assert getattr(kind.one(id=id_), kind.id_field) == id_
    assert [call["method"] for call in account.control.calls()] == ["GET"]


@each(WITH_NAME)
def test_one_is_found_by_its_name_on_any_page(account: Sandbox, kind: Kind) -> None:
    """Every page is walked, whether pages count from 0 or from 1."""
    names = [f"name-{number:03}" for number in range(210)]
    found = dict(zip(names, seeded(account, kind, *names), strict=True))
    for name in (names[0], names[120], names[-1]):
        assert getattr(kind.one(name=name), kind.id_field) == found[name]
    assert {call["method"] for call in account.control.calls()} == {"GET"}


@each(KINDS)
def test_all_are_listed_once(account: Sandbox, kind: Kind) -> None:
    """A list is read whole."""
    there = ids(kind, kind.many())
    new = seeded(account, kind, *(f"name-{number:03}" for number in range(120)))
    found = ids(kind, kind.many())
    assert len(found) == len(set(found))
    assert set(found) == {*there, *new}


@each(WITH_NAME)
def test_a_name_that_nothing_has_is_answered_with_the_nearest(account: Sandbox, kind: Kind) -> None:
    """The error says how many were looked at, and what was probably meant."""
    seeded(account, kind, "onboarding", "farewell")
    words = message(kind.one, name="onbording")
    assert words.startswith("could not look up ")
    assert words.endswith(f"'onbording': none of {len(kind.many())} has that name; did you mean 'onboarding'?")
    assert "did you mean" not in message(kind.one, name="0123456789")


@each([kind for kind in WITH_NAME if kind is not VOICE])
def test_several_of_a_name_are_an_error_that_lists_them(account: Sandbox, kind: Kind) -> None:
    """Nothing is guessed: each is told with id, name and time of creation."""
    first, second = seeded(account, kind, "twin", "twin")
    words = message(kind.one, name="twin")
    assert "'twin': 2 have that name: " in words
    listed = {getattr(result, kind.id_field): result for result in kind.many()}
    for id_ in (first, second):
        assert f"{id_} ('twin', {listed[id_].created_at})" in words
    assert "; give the id" in words


@each(WITH_ID)
def test_an_unknown_id_is_one_line(account: Sandbox, kind: Kind) -> None:
    """It says what was looked for, and that this account has none."""
    assert message(kind.one, id="x1").endswith("x1: it does not exist in this account")


@pytest.mark.parametrize("naming", ["persona", "pal"])
@each([PERSONA, REPLICA])
def test_system_tells_own_from_provided(account: Sandbox, monkeypatch: pytest.MonkeyPatch, kind: Kind, naming: str) -> None:
    """`system` parts all in two, and tells two of one name apart, by either of Tavus's names."""
    monkeypatch.setenv("TAVUS_NAMING", naming)
    type_field = kind.id_field.replace("_id", "_type")
    seeds: Any = {kind.seeds: [{kind.name_field: "twin", type_field: whose} for whose in ("system", "user")]}
    system, own = [each[kind.id_field] for each in account.control.seed(**seeds)[kind.seeds]]  # type: ignore[literal-required]
    assert getattr(kind.one(name="twin", system=True), kind.id_field) == system
    assert getattr(kind.one(name="twin", system=False), kind.id_field) == own
    assert message(kind.one, name="twin").endswith("; give the id or system")
    parts = ids(kind, kind.many(system=True)), ids(kind, kind.many(system=False))
    assert system in parts[0]
    assert own in parts[1]
    assert sorted([*parts[0], *parts[1]]) == sorted(ids(kind, kind.many()))


def test_replicas_tell_whose_they_are(account: Sandbox) -> None:
    """Tavus tells it only when asked to."""
    assert {replica.replica_type for replica in tavus.get_replicas()} == {"system", "user"}
    assert tavus.get_replica(name="Anna").replica_type == "system"
    assert tavus.get_replica(name="Badly Lit").error_message


def test_what_tavus_can_filter_by_it_filters_by(account: Sandbox) -> None:
    """Filters that Tavus's lists have are passed on to it."""
    assert [replica.replica_name for replica in tavus.get_replicas(model_name="phoenix-3")] == ["Anna"]
    assert [voice.voice_name for voice in tavus.get_voices(search="CHAR")] == ["charlie"]
    assert [voice.voice_name for voice in tavus.get_voices(tag="warm")] == ["anna"]
    account.control.seed(documents=[{"tags": ["a", "b"]}, {"tags": ["c"], "status": "error"}, {"tags": ["d"]}])
    assert [document.tags for document in tavus.get_documents(tags=["c", "d"], status="error")] == [["c"]]
    assert len(tavus.get_documents(tags=("a", "c"))) == 2


def test_a_document_tells_how_it_is_crawled(account: Sandbox) -> None:
    """Under the name that its resource has for it."""
    account.control.seed(documents=[{"document_id": "d1", "crawl_config": {"depth": 2, "max_pages": 5}}])
    assert tavus.get_document(id="d1").crawl == {"depth": 2, "max_pages": 5}


def test_an_active_conversation_is_told_from_an_ended_one(account: Sandbox) -> None:
    """`status` tells two of one name apart."""
    account.control.seed(conversations=[{"conversation_name": "daily"}, {"conversation_name": "daily", "age": 99999}])
    active, ended = (tavus.get_conversation(name="daily", status=status) for status in ("active", "ended"))
    assert (active.status, ended.status) == ("active", "ended")
    assert [found.conversation_id for found in tavus.get_conversations(status="active")] == [active.conversation_id]


def test_what_may_be_secret_is_left_out(account: Sandbox) -> None:
    """Keys, headers and addresses of a persona's layers, addresses of webhooks and of documents are in no result."""
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
    """Tavus shows a set as its first item, or as a list; a list of sets of guardrails does not tell what is in them."""
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
        (tavus.get_persona, {"name": 5}, "could not look up a persona: name must be a text, not 5"),
        (
            tavus.get_persona,
            {"nam": "x", "system": "yes"},
            "could not look up a persona: nam is no input of this lookup: did you mean name?; "
            "system must be True or False, not the text 'yes'",
        ),
        (tavus.get_guardrails, {}, "could not look up a set of guardrails: give id"),
        (tavus.get_voice, {}, "could not look up a voice: give name"),
        (
            tavus.get_conversations,
            {"status": "activ"},
            "could not list the conversations: status must be one of active, ended, not 'activ': did you mean active?",
        ),
        (
            tavus.get_documents,
            {"tags": "a"},
            "could not list the documents: tags must be a list of texts, not the text 'a': write ['a']",
        ),
        (tavus.get_voices, {"account": "x"}, "account must be a tavus_provider.Account, not 'x'"),
    ],
)
def test_a_senseless_lookup_is_one_line(account: Sandbox, look_up: Callable[..., Any], query: dict[str, Any], words: str) -> None:
    """The error names the argument and what to write instead, and Tavus is not asked."""
    start, _, _ = words.partition("…")
    assert message(look_up, **query).startswith(start)
    assert account.control.calls() == []


def test_a_missing_key_is_one_line(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lookup needs a key, in a preview as well."""
    monkeypatch.delenv("TAVUS_API_KEY")
    assert message(tavus.get_persona, id=COACH).startswith("there is no Tavus API key: run `pulumi config set")


def test_a_wrong_key_is_one_line(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Tavus refuses says what to do."""
    monkeypatch.setenv("TAVUS_API_KEY", "wrong")
    assert "Tavus answered 401" in message(tavus.get_persona, id=COACH)


def test_debugging_shows_the_whole_story(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """With TAVUS_LOG=debug the error itself leaves, and Pulumi shows its traceback."""
    monkeypatch.setenv("TAVUS_LOG", "debug")
    with pytest.raises(InputError):
        tavus.get_persona(id="p1")


@each(KINDS)
def test_results_are_constant_and_tell_their_fields(account: Sandbox, kind: Kind) -> None:
    """A result is a frozen dataclass; its first field is the id."""
    seeded(account, kind, "name")
    result = kind.many()[0]
    assert dataclasses.fields(result)[0].name == kind.id_field
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, kind.id_field, "other")


@each(KINDS)
def test_nothing_is_asked_or_told_that_the_contract_does_not_have(account: Sandbox, kind: Kind) -> None:
    """Every query parameter is documented, and every field of a result is in an answer of Get or List."""
    filters = {row.name for row in arguments(kind.many)} - {"account"}
    values = {"system": True, "tags": ["a"], "status": "active" if kind is CONVERSATION else "ready"}
    kind.many(**{name: values.get(name, "a") for name in filters})
    operations = []
    for call in account.control.calls():
        operations.append(find_operation(call["method"], call["path"]))
        assert set(call["query"]) <= set(operations[-1].query)
    own = [each for each in CONTRACT.values() if each.method == "GET" and each.collection == operations[0].collection]
    told = {path.rpartition(".")[2] for each in own for path in each.responses[200] or {}}
    assert {each.name for each in dataclasses.fields(result_class(kind.many))} <= told | {"crawl"}  # crawl_config in answers
