"""Sets of guardrails and objectives: many items under one id."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create_object, patch, status_and_body

GUARDRAIL = {"guardrail_name": "no_advice", "guardrail_prompt": "Never give medical advice."}
OBJECTIVE = {"objective_name": "ask_name", "objective_prompt": "Ask for the name.", "output_variables": ["name"]}

KINDS: dict[str, dict[str, Any]] = {
    "guardrails": {
        "item": GUARDRAIL,
        "full": {**GUARDRAIL, "modality": "verbal"},
        "thing": "Guardrails",
        "noun": "guardrail",
        "bad_name": "no advice",
    },
    "objectives": {
        "item": OBJECTIVE,
        "full": {**OBJECTIVE, "modality": "verbal", "confirmation_mode": "auto"},
        "thing": "Objective",
        "noun": "objective",
        "bad_name": "ask name",
    },
}

each_kind = pytest.mark.parametrize("kind", KINDS)


def create_set(api: httpx.Client, kind: str, *items: Any) -> str:
    """Create a set of these items, or of one, and return its path."""
    return f"{kind}/{create_object(api, kind, data=items or [KINDS[kind]['item']])[f'{kind}_id']}"


def read(api: httpx.Client, path: str) -> Any:
    """Return the `data` that GET shows of the set."""
    answer = api.get(f"/v2/{path}").raise_for_status().json()
    assert list(answer) == ["data"]
    return answer["data"]


def without_times(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as its creator wrote it, but for defaults."""
    return {name: value for name, value in item.items() if name not in ("created_at", "updated_at")}


def test_guardrails_name_is_in_the_create_answer_only(api: httpx.Client) -> None:
    """`name` of the request is `guardrails_name` in the create answer, and no other answer shows it."""
    answer = create_object(api, "guardrails", name="Compliance", data=[GUARDRAIL])
    assert set(answer) == {"guardrails_id", "guardrails_name", "status", "created_at"}
    assert (answer["guardrails_id"][0], answer["guardrails_name"], answer["status"]) == ("g", "Compliance", "active")
    assert without_times(read(api, f"guardrails/{answer['guardrails_id']}")) == KINDS["guardrails"]["full"]


def test_a_set_of_objectives_has_the_name_of_its_first(api: httpx.Client) -> None:
    """Many objectives have one id and the name of the first."""
    answer = create_object(api, "objectives", data=[OBJECTIVE, {**OBJECTIVE, "objective_name": "say_goodbye"}])
    assert set(answer) == {"objectives_id", "objective_name", "status", "created_at"}
    assert (answer["objectives_id"][0], answer["objective_name"]) == ("o", "ask_name")


@each_kind
def test_get_shows_the_first_item_or_all(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """GET shows the first item by default, and with `sets_as_lists` the list that patches assume."""
    item, noun = KINDS[kind]["item"], KINDS[kind]["noun"]
    path = create_set(api, kind, item, {**item, f"{noun}_name": "second"})
    assert without_times(read(api, path)) == KINDS[kind]["full"]
    sandbox.control.set_behavior(sets_as_lists=True)
    assert [one[f"{noun}_name"] for one in read(api, path)] == [item[f"{noun}_name"], "second"]
    assert {**KINDS[kind]["full"], **read(api, path)[0]} == read(api, path)[0]


def test_a_list_of_guardrails_has_ids_and_times_alone(api: httpx.Client) -> None:
    """Lists of guardrails show ids and times; only GET shows names and prompts."""
    path = create_set(api, "guardrails")
    (item,) = api.get("/v2/guardrails").json()["data"]
    assert set(item) == {"guardrails_id", "created_at", "updated_at"}
    assert f"guardrails/{item['guardrails_id']}" == path


def test_a_list_of_objectives_is_flat(api: httpx.Client) -> None:
    """A list item has the id and all fields of the first objective; GET shows them without the id."""
    path = create_set(api, "objectives")
    (item,) = api.get("/v2/objectives").json()["data"]
    assert item == {"objectives_id": path.partition("/")[2], **read(api, path)}


@each_kind
def test_lists_start_at_page_1(api: httpx.Client, kind: str) -> None:
    """Lists have ten items per page and show the number of all items."""
    paths = [create_set(api, kind) for _ in range(11)]
    first, second = (api.get(f"/v2/{kind}", params={"page": page}).json() for page in (1, 2))
    assert api.get(f"/v2/{kind}").json() == first
    assert first.keys() == {"data", "total_count"}
    assert [f"{kind}/{one[f'{kind}_id']}" for page in (first, second) for one in page["data"]] == paths[::-1]


@each_kind
@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_an_unknown_id_answers_404_or_400(api: httpx.Client, kind: str, method: str) -> None:
    """An unknown id that begins like one is answered 404 under `error`, any other 400; Tavus documents both."""
    not_found = (404, {"error": f"{KINDS[kind]['thing']} not found"})
    invalid = (400, {"error": f"Invalid {kind}_id"})
    assert status_and_body(api.request(method, f"/v2/{kind}/{kind[0]}123", json=[])) == not_found
    assert status_and_body(api.request(method, f"/v2/{kind}/123", json=[])) == invalid


@each_kind
@pytest.mark.parametrize("missing", ["name", "prompt"])
def test_an_item_without_a_required_field_is_refused_with_message(api: httpx.Client, kind: str, missing: str) -> None:
    """A 400 to a creation has Tavus's own words under `message` here."""
    field = f"{KINDS[kind]['noun']}_{missing}"
    item = {name: value for name, value in KINDS[kind]["item"].items() if name != field}
    assert status_and_body(api.post(f"/v2/{kind}", json={"data": [item]})) == (400, {"message": f"{field} is required"})


@each_kind
@pytest.mark.parametrize(
    "change", [{"modality": "smell"}, {"callback_url": 1}, {"{noun}_name": None}, {"{noun}_name": "{bad_name}"}]
)
def test_a_wrong_item_is_refused_with_message(api: httpx.Client, kind: str, change: dict[str, Any]) -> None:
    """Names of guardrails have letters, digits and underscores, those of objectives no spaces; other values are refused."""
    words = {"noun": KINDS[kind]["noun"], "bad_name": KINDS[kind]["bad_name"]}
    filled = {name.format(**words): value.format(**words) if isinstance(value, str) else value for name, value in change.items()}
    status, body = status_and_body(api.post(f"/v2/{kind}", json={"data": [{**KINDS[kind]["item"], **filled}]}))
    assert (status, list(body)) == (400, ["message"])


def test_data_is_required_of_objectives_only(api: httpx.Client) -> None:
    """A set of objectives needs `data`; a set of guardrails can be empty."""
    assert status_and_body(api.post("/v2/objectives", json={})) == (400, {"message": "data is required"})
    empty = read(api, f"guardrails/{create_object(api, 'guardrails')['guardrails_id']}")
    assert set(empty) == {"created_at", "updated_at"}


@each_kind
@pytest.mark.parametrize("root", ["", "/data/0"])
def test_a_patch_reaches_the_item_by_both_paths(sandbox: Sandbox, api: httpx.Client, kind: str, root: str) -> None:
    """A patch can use `/data/0/…` or `/…_name`, as Tavus's examples do, and is answered with a message."""
    noun, path = KINDS[kind]["noun"], create_set(api, kind)
    sandbox.control.advance(60)
    response = patch(
        api, path, ("replace", f"{root}/{noun}_prompt", "New"), ("add", f"{root}/callback_url", "https://example.com/hook")
    )
    assert status_and_body(response) == (200, {"message": f"{KINDS[kind]['thing']} updated successfully"})
    after = read(api, path)
    assert (after[f"{noun}_prompt"], after["callback_url"]) == ("New", "https://example.com/hook")
    assert after["created_at"] < after["updated_at"]
    assert patch(api, path, ("remove", f"{root}/callback_url")).status_code == 200
    assert "callback_url" not in read(api, path)


@each_kind
@pytest.mark.parametrize(("pointers", "served", "refused"), [("set", "/data/0", ""), ("item", "", "/data/0")])
def test_the_paths_of_patches_can_be_chosen(
    sandbox: Sandbox, api: httpx.Client, kind: str, pointers: Any, served: str, refused: str
) -> None:
    """With `set_pointers` a patch has the paths of the set alone, or those of its first item alone; others change nothing."""
    sandbox.control.set_behavior(set_pointers=pointers)
    noun, path = KINDS[kind]["noun"], create_set(api, kind)
    before = read(api, path)
    assert patch(api, path, ("replace", f"{refused}/{noun}_prompt", "New")).status_code == 400
    patch(api, path, ("add", f"{refused}/{noun}_prompt", "New"))
    assert read(api, path) == before
    assert patch(api, path, ("replace", f"{served}/{noun}_prompt", "New")).status_code == 200
    assert read(api, path)[f"{noun}_prompt"] == "New"


FIRST, LAST = {**OBJECTIVE, "next_required_objective": "last"}, {**OBJECTIVE, "objective_name": "last"}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([FIRST], "unknown next objective"),
        ([{**FIRST, "next_required_objective": "ask_name"}], "references itself"),
        ([LAST, LAST], "duplicate objective_name"),
        ([{**FIRST, "next_conditional_objectives": {"last": "always"}}, LAST], "not both"),
        ([OBJECTIVE, LAST], "exactly one objective must be the root, not 2"),
        ([FIRST, {**LAST, "next_required_objective": "ask_name"}], "must be the root, not 0"),
        ([{**OBJECTIVE, "objective_name": "ask-name"}], "letters, numbers, and underscores"),
    ],
)
def test_objectives_have_to_fit_together(sandbox: Sandbox, api: httpx.Client, data: list[Any], text: str) -> None:
    """Where patches have the paths of the set, Tavus's rules for the order of objectives hold at creation and at each patch."""
    sandbox.control.set_behavior(set_pointers="set", sets_as_lists=True)
    answer = api.post("/v2/objectives", json={"data": data})
    assert answer.status_code == 400
    assert text in answer.json()["message"]
    path = f"objectives/{create_object(api, 'objectives', name='Intake', data=[FIRST, LAST])['objectives_id']}"
    assert status_and_body(patch(api, path, ("add", "/data", data))) == (400, {"error": "Invalid patch operation"})
    shown = api.get(f"/v2/{path}").json()
    assert (shown["name"], [one["objective_name"] for one in shown["data"]]) == ("Intake", ["ask_name", "last"])


def test_objectives_that_lead_back_have_to_be_allowed(sandbox: Sandbox, api: httpx.Client) -> None:
    """A loop behind the first objective is refused without allow_loops."""
    sandbox.control.set_behavior(set_pointers="set")
    middle = {**OBJECTIVE, "objective_name": "middle", "next_required_objective": "last"}
    data = [{**FIRST, "next_required_objective": "middle"}, middle, {**LAST, "next_required_objective": "middle"}]
    assert api.post("/v2/objectives", json={"data": data}).json() == {"message": "objectives form a loop"}
    assert api.post("/v2/objectives", json={"data": data, "allow_loops": True}).status_code == 200


@each_kind
def test_a_patch_reaches_every_item(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """A patch can change and add any item of the list."""
    item, noun = KINDS[kind]["item"], KINDS[kind]["noun"]
    path = create_set(api, kind, item, {**item, f"{noun}_name": "second"})
    patch(api, path, ("replace", f"/data/1/{noun}_prompt", "New"), ("add", "/data/-", {**item, f"{noun}_name": "third"}))
    sandbox.control.set_behavior(sets_as_lists=True)
    assert [one[f"{noun}_prompt"] for one in read(api, path)] == [item[f"{noun}_prompt"], "New", item[f"{noun}_prompt"]]


@each_kind
def test_a_patch_that_changes_nothing_answers_304(api: httpx.Client, kind: str) -> None:
    """A patch without a change is answered 304, also one that sets a default."""
    path = create_set(api, kind)
    assert status_and_body(patch(api, path, ("add", "/modality", "verbal"))) == (304, None)
    assert status_and_body(patch(api, path)) == (304, None)


@each_kind
@pytest.mark.parametrize(
    "operation",
    [
        ("replace", "/data/7/modality", "visual"),
        ("remove", "/callback_url"),
        ("replace", "/callback_url", "https://example.com"),
        ("add", "/modality", "smell"),
        ("remove", "/{noun}_name"),
        ("add", "/data", "none"),
        ("replace", "/modality"),
        ("change", "/modality", "visual"),
        ("add", "modality", "visual"),
    ],
)
def test_a_bad_patch_answers_400_under_error(api: httpx.Client, kind: str, operation: tuple[Any, ...]) -> None:
    """A patch that is malformed, does not fit or has an invalid result is answered 400 and changes nothing."""
    path = create_set(api, kind)
    before = read(api, path)
    op, pointer, *value = operation
    answer = status_and_body(patch(api, path, (op, pointer.format(noun=KINDS[kind]["noun"]), *value)))
    assert answer == (400, {"error": "Invalid patch operation"})
    assert read(api, path) == before


@each_kind
def test_a_deletion_removes_the_set_from_personas(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """A deletion sets the reference to null in the personas that have the set."""
    path = create_set(api, kind)
    persona = create_object(api, "personas", system_prompt="Hi", **{f"{kind}_id": path.partition("/")[2]})["persona_id"]
    assert status_and_body(api.delete(f"/v2/{path}")) == (204, None)
    assert api.get(f"/v2/{path}").status_code == 404
    sandbox.control.set_behavior(whole_personas=True)
    assert api.get(f"/v2/personas/{persona}").json()["data"][0][f"{kind}_id"] is None
