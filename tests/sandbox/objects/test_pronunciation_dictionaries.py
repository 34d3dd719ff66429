"""Pronunciation dictionaries: creation, patches of whole fields, and deletion."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create_object, patch, status_and_body

KIND = "pronunciation-dictionaries"
RULE = {"text": "Tavus", "pronunciation": "TAH-vus", "type": "alias"}
FULL_RULE = {**RULE, "case_sensitive": False, "word_boundaries": True}
NOT_FOUND = (404, {"message": "Pronunciation dictionary not found"})
MALFORMED = (422, {"message": "Invalid JSON patch format"})


def create_dictionary(api: httpx.Client, **body: Any) -> str:
    """Create a dictionary with one rule and return its path."""
    return f"{KIND}/{create_object(api, KIND, **{'name': 'Brand Terms', 'rules': [RULE], **body})['pronunciation_dictionary_id']}"


def read(api: httpx.Client, path: str) -> dict[str, Any]:
    """Return the dictionary as GET shows it."""
    answer: dict[str, Any] = api.get(f"/v2/{path}").raise_for_status().json()
    return answer


def test_a_creation_answers_201_with_everything(api: httpx.Client) -> None:
    """The answer is the whole dictionary with defaults and the number of rules, the same that GET shows."""
    response = api.post(f"/v2/{KIND}", json={"name": "Brand Terms", "rules": [RULE]})
    created = response.json()
    assert response.status_code == 201
    assert created["pronunciation_dictionary_id"].startswith("pd_")
    assert (created["name"], created["rules"], created["rules_count"]) == ("Brand Terms", [FULL_RULE], 1)
    assert read(api, f"{KIND}/{created['pronunciation_dictionary_id']}") == created


def test_a_dictionary_can_be_created_without_rules(api: httpx.Client) -> None:
    """A name is enough to create a dictionary."""
    assert create_object(api, KIND, name="Empty")["rules"] == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "Invalid request: name is required"),
        ({"name": 1}, "Invalid request: name must be a string"),
        ({"name": "x" * 256}, "Invalid request: name: "),
        ({"name": "x", "rules": [{"text": "a", "pronunciation": "b"}]}, "Invalid request: type is required"),
        ({"name": "x", "rules": [{**RULE, "type": "sound"}]}, "Invalid request: type: 'sound' is not one of"),
        ({"name": "x", "rules": [{**RULE, "text": "x" * 201}]}, "Invalid request: text: "),
        ({"name": "x", "rules": [RULE, {**RULE, "pronunciation": "other"}]}, "Invalid request: duplicate text values in rules"),
        ([], "Invalid request: body must be an object"),
    ],
)
def test_a_wrong_body_is_refused(api: httpx.Client, body: Any, text: str) -> None:
    """Missing, wrong, too long or duplicate values are answered 400 under `error`."""
    response = api.post(f"/v2/{KIND}", json=body)
    assert response.status_code == 400
    assert response.json()["error"].startswith(text)


def test_a_dictionary_has_ten_thousand_rules_at_most(api: httpx.Client) -> None:
    """One rule more is refused; so is another alphabet than IPA."""
    rules = [{"text": f"w{number}", "pronunciation": "w", "type": "alias"} for number in range(10_001)]
    bodies = [{"rules": rules}, {"rules": [{**rules[0], "type": "ipa", "alphabet": "x-sampa"}]}]
    assert [api.post("/v2/pronunciation-dictionaries", json={"name": "a", **body}).status_code for body in bodies] == [400, 400]
    shown = create_object(api, "pronunciation-dictionaries", name="a", rules=[{**rules[0], "type": "ipa", "alphabet": "ipa"}])
    assert shown["rules"][0]["alphabet"] == "ipa"


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_an_unknown_id_answers_404_with_message(api: httpx.Client, method: str) -> None:
    """An unknown dictionary is answered 404 with `message`, unlike personas and replicas."""
    assert status_and_body(api.request(method, f"/v2/{KIND}/pd_unknown", json=[])) == NOT_FOUND


def test_a_patch_answers_with_the_whole_dictionary(sandbox: Sandbox, api: httpx.Client) -> None:
    """A patch can replace name and rules together, and updates the number of rules and updated_at."""
    path = create_dictionary(api)
    before = read(api, path)
    sandbox.control.advance(60)
    rules = [{**RULE, "text": "CVI"}, {**RULE, "text": "PAL"}]
    response = patch(api, path, ("replace", "/name", "Terms"), ("add", "/rules", rules))
    assert (response.status_code, response.json()) == (200, read(api, path))
    assert (response.json()["name"], response.json()["rules_count"]) == ("Terms", 2)
    assert response.json()["created_at"] == before["created_at"] < response.json()["updated_at"]


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [("replace", "/name", "Brand Terms")],
        [("add", "/rules", [RULE])],
        [("replace", "/created_at", "never"), ("remove", "/updated_at"), ("add", "/pronunciation_dictionary_id", "pd_mine")],
        [("test", "/name", "Brand Terms")],
    ],
)
def test_a_patch_that_changes_nothing_answers_304(sandbox: Sandbox, api: httpx.Client, operations: list[Any]) -> None:
    """A patch without a change has no body and keeps updated_at; operations on read-only fields are ignored."""
    path = create_dictionary(api)
    before = read(api, path)
    sandbox.control.advance(60)
    assert status_and_body(patch(api, path, *operations)) == (304, None)
    assert read(api, path) == before


@pytest.mark.parametrize(
    "operations",
    [
        [("replace", "/rules/0/text", "CVI")],
        [("add", "/rules/-", RULE)],
        [("add", "/colour", "red")],
        [("test", "/name", "Other")],
        [("replace", "/name")],
        [("copy", "/name")],
    ],
)
def test_only_whole_fields_can_be_patched(api: httpx.Client, operations: list[Any]) -> None:
    """A patch of a single rule, like one that is malformed or does not fit, is answered 422 with `message`."""
    path = create_dictionary(api)
    before = read(api, path)
    assert status_and_body(patch(api, path, *operations)) == MALFORMED
    assert read(api, path) == before


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        (("remove", "/name"), "name is required"),
        (("add", "/name", 7), "name must be a string"),
        (("add", "/rules", [RULE, RULE]), "duplicate text values in rules"),
    ],
)
def test_a_patch_with_an_invalid_result_answers_400(api: httpx.Client, operation: tuple[Any, ...], text: str) -> None:
    """A patch is refused if the dictionary that results could not be created."""
    path = create_dictionary(api)
    before = read(api, path)
    assert status_and_body(patch(api, path, operation)) == (400, {"error": f"Invalid request: {text}"})
    assert read(api, path) == before


def test_a_patch_can_remove_all_rules(api: httpx.Client) -> None:
    """A dictionary is empty after a patch that removes its rules."""
    assert patch(api, create_dictionary(api), ("remove", "/rules")).json()["rules_count"] == 0


def test_lists_leave_the_rules_out(api: httpx.Client) -> None:
    """A list item has the number of rules, and the list shows its page, from 0 on."""
    path = create_dictionary(api)
    one = read(api, path)
    del one["rules"]
    assert api.get(f"/v2/{KIND}").json() == {"data": [one], "total_count": 1, "page": 0, "limit": 10}


def test_lists_are_sorted_by_creation(sandbox: Sandbox, api: httpx.Client) -> None:
    """Lists show the newest first, unless `sort` is asc."""
    for name in "abc":
        create_object(api, KIND, name=name)
        sandbox.control.advance(1)

    def names(**query: str) -> str:
        return "".join(one["name"] for one in api.get(f"/v2/{KIND}", params=query).json()["data"])

    assert (names(), names(sort="desc"), names(sort="asc")) == ("cba", "cba", "abc")


def test_a_deletion_edits_the_personas_that_refer_to_it(sandbox: Sandbox, api: httpx.Client) -> None:
    """A deletion sets pronunciation_dictionary_id to null in personas with the dictionary, and changes nothing else."""
    path, other = create_dictionary(api), create_dictionary(api)

    def persona(dictionary: str) -> str:
        tts = {"tts_engine": "cartesia", "pronunciation_dictionary_id": dictionary.partition("/")[2]}
        return str(create_object(api, "personas", system_prompt="Hi", layers={"tts": tts})["persona_id"])

    edited, unrelated = persona(path), persona(other)
    sandbox.control.advance(60)
    assert status_and_body(api.delete(f"/v2/{path}")) == (204, None)
    assert status_and_body(api.get(f"/v2/{path}")) == NOT_FOUND
    first, second = (api.get(f"/v2/personas/{one}").json()["data"][0] for one in (edited, unrelated))
    assert first["layers"]["tts"] == {**second["layers"]["tts"], "pronunciation_dictionary_id": None}
    assert second["updated_at"] == second["created_at"] < first["updated_at"]
