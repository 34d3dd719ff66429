"""Lifecycle of a pronunciation dictionary, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.pronunciation_dictionary import PronunciationDictionaryArgs
from tavus_provider.objects.pronunciation_dictionary import PronunciationDictionaryLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.fields import table
from tavus_provider.schema.validation import find_warnings
from tests.support.calls import sent_bodies
from tests.support.http_server import Answer, serve_answers
from tests.support.lifecycles import create_and_update, find_mistakes, object_at

RULE = {"text": "Tavus", "pronunciation": "TAH-vus", "type": "alias"}
IPA = {"text": "CVI", "pronunciation": "si vi ai", "type": "ipa", "case_sensitive": True}
BRANDS: Props = {"name": "Brands", "rules": [RULE, IPA]}


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"name": None}, "name", "is required"),
        ({"name": "n" * 256}, "name", "at most 255 characters, not 256"),
        ({"rules": RULE}, "rules", "must be a list of objects"),
        ({"rules": ["Tavus"]}, "rules[0]", "must be an object, not the string 'Tavus'"),
        ({"rules": [RULE, {**IPA, "text": None}]}, "rules[1].text", "is required"),
        ({"rules": [{**RULE, "text": "t" * 201}]}, "rules[0].text", "at most 200"),
        ({"rules": [{**RULE, "pronunciation": "p" * 501}]}, "rules[0].pronunciation", "at most 500"),
        ({"rules": [{**RULE, "type": "ipas"}]}, "rules[0].type", "did you mean ipa?"),
        ({"rules": [{**RULE, "case_sensitive": "yes"}]}, "rules[0].case_sensitive", "must be a boolean (True or False)"),
        ({"rules": [{**RULE, "kind": "ipa"}]}, "", "rules[0] has no input named kind"),
        ({"rules": [RULE, RULE]}, "rules", "one rule for each text: 'Tavus' has several"),
        ({"rules": [RULE] * 10_001}, "rules", "at most 10000 rules, not 10001: make several dictionaries"),
    ],
)
def test_each_mistake_is_found_without_the_network(given: dict[str, Any], name: str, words: str) -> None:
    """check names the property, by its index in a list, and what to write instead."""
    mistakes = find_mistakes(Lifecycle, **{"name": "Brands", **given})
    assert [reason for failed, reason in mistakes if failed == name and words in reason]


def test_right_inputs_pass() -> None:
    """What Tavus takes passes."""
    assert find_mistakes(Lifecycle, **BRANDS) == []


@pytest.mark.parametrize(
    ("changed", "operations"),
    [
        ({"name": "Names"}, [{"op": "add", "path": "/name", "value": "Names"}]),
        ({"rules": []}, [{"op": "add", "path": "/rules", "value": []}]),
        (
            {"rules": [RULE]},
            [{"op": "add", "path": "/rules", "value": [{**RULE, "case_sensitive": False, "word_boundaries": True}]}],
        ),
        ({"rules": [{**RULE, "case_sensitive": False}, {**IPA, "word_boundaries": True, "alphabet": "ipa"}]}, None),
    ],
)
def test_only_what_changed_is_patched(sandbox: Sandbox, changed: dict[str, Any], operations: list[Any] | None) -> None:
    """The patch has whole fields, and writing out a default is no change."""
    dictionaries, news = object_at(Lifecycle, sandbox.url), {**BRANDS, **changed}
    id_, outs = dictionaries.create(BRANDS)
    assert dictionaries.diff(id_, outs, news).changes == (tuple(changed) if operations else ())
    assert dictionaries.diff(id_, outs, news).replaces == ()
    dictionaries.update(id_, outs, news)
    assert sent_bodies(sandbox, "PATCH") == ([operations] if operations else [])


def test_an_alphabet_that_tavus_does_not_document_is_a_warning() -> None:
    """IPA is documented; another alphabet is sent with a warning."""
    given = {"name": "Brands", "rules": [{**IPA, "alphabet": "ipa"}, {**RULE, "alphabet": "x-sampa"}]}
    assert [each.property for each in find_warnings(table(PronunciationDictionaryArgs), given)] == ["rules[1].alphabet"]


@pytest.mark.parametrize("alphabet", [None, "ipa"])
def test_an_alphabet_that_tavus_fills_in_or_leaves_out_is_no_drift(sandbox: Sandbox, alphabet: str | None) -> None:
    """Whether or not answers have the alphabet, nothing changes."""
    dictionaries = object_at(Lifecycle, sandbox.url)
    given = {"name": "Brands", "rules": [{**IPA, **({"alphabet": alphabet} if alphabet else {})}]}
    id_, outs = dictionaries.create(given)
    for shown in (IPA, {**IPA, "alphabet": "ipa"}):
        dictionaries.client.send(dictionaries.call("PATCH", id_, "change"), [{"op": "add", "path": "/rules", "value": [shown]}])
        found = dictionaries.read(id_, outs)
        assert found
        assert dictionaries.diff(id_, found[1], given).changes == ()


def test_all_rules_can_be_taken_away(sandbox: Sandbox) -> None:
    """The patch removes an input that the program no longer has."""
    dictionaries = object_at(Lifecycle, sandbox.url)
    id_, outs = create_and_update(dictionaries, BRANDS, {"name": "Brands"})
    assert sent_bodies(sandbox, "PATCH") == [[{"op": "remove", "path": "/rules"}]]
    found = dictionaries.read(id_, outs)
    assert found
    assert found[1]["rules"] == []
    assert dictionaries.diff(id_, found[1], {"name": "Brands"}).changes == ()


def test_an_id_that_tavus_calls_uuid_is_the_id() -> None:
    """Newer answers of other kinds call it so, and Tavus's own client reads it so in lists of dictionaries."""
    answer = Answer(body={"uuid": "pd_1", "name": "Names", "created_at": "now"})
    with serve_answers(answer, answer) as server:
        it = object_at(Lifecycle, server.url)
        id_, outs = it.create({"name": "Names"})
        found = it.read(id_, outs)

    assert found is not None
    assert (id_, found[1]["pronunciation_dictionary_id"]) == ("pd_1", "pd_1")
