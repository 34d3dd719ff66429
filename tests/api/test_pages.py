"""Lists: each item once, however many there are and whatever changes meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from tavus_provider.api.call import Call
from tavus_provider.api.client import TavusClient, client_for
from tavus_provider.api.errors import OutcomeUnknown
from tavus_provider.sandbox import Sandbox
from tests.support.http_server import Answer, serve_answers
from tests.support.ids import BENT_IDS

LISTING = Call("GET", "/v2/conversations", "list the conversations")


@pytest.fixture
def client(sandbox: Sandbox) -> TavusClient:
    """Return a client for the sandbox."""
    return client_for(sandbox.url, sandbox.key, 5.0)


@pytest.fixture
def api(sandbox: Sandbox) -> Iterable[httpx.Client]:
    """Return a client of somebody else who uses the same account meanwhile."""
    with httpx.Client(base_url=sandbox.url, headers={"x-api-key": sandbox.key}) as other:
        yield other


def create_crowd(sandbox: Sandbox, size: int) -> list[str]:
    """Create conversations, each a hundredth of a second older than the one before; return their ids, newest first."""
    seeds = [{"age": number / 100} for number in range(size)]
    return [room["conversation_id"] for room in sandbox.control.seed(conversations=seeds)["conversations"]]


def list_ids(client: TavusClient, disturb: Callable[[int], object] = lambda count: None, **params: Any) -> list[str]:
    """Return the ids of a list; `disturb` is called with the number of items before each is taken."""
    found: list[str] = []
    for item in client.pages(LISTING, "conversation_id", **params):
        disturb(len(found))
        found.append(item["conversation_id"])
    return found


def requested_pages(sandbox: Sandbox) -> list[int]:
    """Return the pages that were requested."""
    return [int(call["query"]["page"]) for call in sandbox.control.calls() if call["method"] == "GET"]


@pytest.mark.parametrize(
    ("size", "asked"),
    [
        (0, [1]),
        (3, [1, 2]),
        (100, [1, 2, 1]),
        (101, [1, 2, 1, 3]),
        (250, [1, 2, 1, 3, 2, 4]),
    ],
)
def test_a_list_is_read_to_its_empty_page(sandbox: Sandbox, client: TavusClient, size: int, asked: list[int]) -> None:
    """The client reads a page with followers once more, and a list of one page takes one request for the next page."""
    ids = create_crowd(sandbox, size)
    assert list_ids(client) == ids
    assert requested_pages(sandbox) == asked


def test_thousands_are_listed_once_each(sandbox: Sandbox, client: TavusClient) -> None:
    """A list of thousands of conversations is complete, newest first."""
    ids = create_crowd(sandbox, 3456)
    assert list_ids(client) == ids


@pytest.mark.parametrize(
    ("kind", "key", "first"),
    [
        ("personas", "persona_id", 1),
        ("replicas", "replica_id", 1),
        ("guardrails", "guardrails_id", 1),
        ("objectives", "objectives_id", 1),
        ("documents", "document_id", 0),
        ("pronunciation_dictionaries", "pronunciation_dictionary_id", 0),
    ],
)
def test_every_kind_of_list_is_read_whole(sandbox: Sandbox, client: TavusClient, kind: Any, key: str, first: int) -> None:
    """Lists that begin with page 1 and lists that begin with page 0 are complete."""
    seeds: Any = {kind: [{} for _ in range(230)]}
    sandbox.control.seed(**seeds)
    listing = Call("GET", f"/v2/{kind.replace('_', '-')}", f"list the {kind}")
    found = [item[key] for item in client.pages(listing, key, first)]
    assert sorted(found) == sorted(each["id"] for each in sandbox.control.objects(kind))


@pytest.mark.parametrize("leaving", [[3], [99], [100], [0, 1, 2], list(range(50)), list(range(40, 160)), list(range(120))])
@pytest.mark.parametrize(("method", "suffix", "params"), [("DELETE", "", {}), ("POST", "/end", {"status": "active"})])
def test_items_that_leave_meanwhile_hide_no_others(
    sandbox: Sandbox,
    client: TavusClient,
    api: httpx.Client,
    leaving: list[int],
    method: str,
    suffix: str,
    params: dict[str, str],
) -> None:
    """Items that are deleted or ended between two pages move the others forward, and each of those is listed once."""
    ids = create_crowd(sandbox, 350)
    gone = {ids[each] for each in leaving}

    def leave(count: int) -> None:
        if count == 99:  # the first page is read, the second is not
            for each in gone:
                api.request(method, f"/v2/conversations/{each}{suffix}").raise_for_status()

    found = list_ids(client, leave, **params)
    assert len(found) == len(set(found))
    assert set(found) >= set(ids) - gone


def test_items_that_come_and_leave_meanwhile_hide_no_others(sandbox: Sandbox, client: TavusClient, api: httpx.Client) -> None:
    """New items move the others back, and all that stay are listed once."""
    ids = create_crowd(sandbox, 500)
    gone = set(ids[::7])
    leavers = iter(sorted(gone))

    def stir(count: int) -> None:
        if count % 3 == 0:
            sandbox.control.seed(conversations=[{}])
        if count % 7 == 0 and (leaver := next(leavers, None)):
            api.delete(f"/v2/conversations/{leaver}").raise_for_status()

    found = list_ids(client, stir)
    assert len(found) == len(set(found))
    assert set(found) >= set(ids) - gone


def test_a_list_that_always_changes_comes_to_an_end(sandbox: Sandbox, client: TavusClient, api: httpx.Client) -> None:
    """The client reads a list to its end where conversations end faster than it reads pages."""
    ids, over = create_crowd(sandbox, 1000), threading.Event()

    def end_all() -> None:
        for each in ids[:700]:
            if over.is_set():
                return
            api.post(f"/v2/conversations/{each}/end").raise_for_status()

    thread = threading.Thread(target=end_all)
    thread.start()
    try:
        assert set(list_ids(client, status="active")) >= set(ids[700:])
    finally:
        over.set()
        thread.join()


def test_a_server_without_pages_is_read_once() -> None:
    """If each page is the same, the list has the items of the first."""
    with serve_answers(Answer(body={"data": [{"conversation_id": "c1"}, {"conversation_id": "c2"}]})) as tavus:
        assert list_ids(client_for(tavus.url, "key", 5.0)) == ["c1", "c2"]


@pytest.mark.parametrize("body", [{}, None, {"data": None}, {"data": {}}, {"data": "c1"}, {"error": "try later"}, []])
def test_an_answer_without_a_list_is_never_an_empty_list(body: object) -> None:
    """The client repeats the request and then raises, because an account must not look empty by mistake."""
    with (
        serve_answers(Answer(body=body)) as tavus,
        pytest.raises(OutcomeUnknown, match="could not list the conversations: .* (cannot be read|not Tavus's own)"),
    ):
        list_ids(client_for(tavus.url, "key", 1.5))
    assert len(tavus.requests) > 1

    listed = {"data": [{"conversation_id": "c1"}]}
    with serve_answers(Answer(body=body), Answer(body=listed), Answer(body={"data": []})) as tavus:
        assert list_ids(client_for(tavus.url, "key", 5.0)) == ["c1"]


@pytest.mark.parametrize(
    "item", [{}, "c1", None, {"conversation_id": None}, {"conversation_id": ""}, {"conversation_id": BENT_IDS[0]}]
)
def test_an_item_without_an_id_is_an_error(item: object) -> None:
    """The client does not skip an item without an id."""
    with (
        serve_answers(Answer(body={"data": [{"conversation_id": "c1"}, item]})) as tavus,
        pytest.raises(OutcomeUnknown, match="an item"),
    ):
        list_ids(client_for(tavus.url, "key", 0))
