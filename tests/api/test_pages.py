"""Lists: read whole and each item once, however many there are and whatever happens to them meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from tavus_provider.api.client import Call, TavusClient, client_for
from tavus_provider.api.errors import OutcomeUnknown
from tavus_provider.sandbox import Sandbox
from tests.support.http_server import Answer, serve_answers

LISTING = Call("GET", "/v2/conversations", "list the conversations")


@pytest.fixture
def client(sandbox: Sandbox) -> TavusClient:
    """Return a client for the sandbox."""
    return client_for(sandbox.url, sandbox.key, 5.0)


@pytest.fixture
def api(sandbox: Sandbox) -> Iterable[httpx.Client]:
    """Return what somebody else uses of the same account meanwhile."""
    with httpx.Client(base_url=sandbox.url, headers={"x-api-key": sandbox.key}) as other:
        yield other


def crowd(sandbox: Sandbox, size: int) -> list[str]:
    """Open conversations, each a hundredth of a second older than the one before; return their ids, newest first."""
    seeds = [{"age": number / 100} for number in range(size)]
    return [room["conversation_id"] for room in sandbox.control.seed(conversations=seeds)["conversations"]]


def walk(client: TavusClient, disturb: Callable[[int], object] = lambda count: None, **params: Any) -> list[str]:
    """Return the ids of a list; `disturb` is called with the number of items before each is taken."""
    found: list[str] = []
    for item in client.pages(LISTING, "conversation_id", **params):
        disturb(len(found))
        found.append(item["conversation_id"])
    return found


def pages_asked(sandbox: Sandbox) -> list[int]:
    """Return the pages that were asked for."""
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
    """A page that others follow is looked at once more; a list of one page costs one look at what may follow."""
    ids = crowd(sandbox, size)
    assert walk(client) == ids
    assert pages_asked(sandbox) == asked


def test_thousands_are_listed_once_each(sandbox: Sandbox, client: TavusClient) -> None:
    """An account with thousands of conversations is read whole, newest first."""
    ids = crowd(sandbox, 3456)
    assert walk(client) == ids


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
    """Lists that begin with page 1 and lists that begin with page 0 are read from their first item to their last."""
    seeds: Any = {kind: [{} for _ in range(230)]}
    sandbox.control.seed(**seeds)
    listing = Call("GET", f"/v2/{kind.replace('_', '-')}", f"list the {kind}")
    found = [item[key] for item in client.pages(listing, key, first)]
    assert sorted(found) == sorted(each["id"] for each in sandbox.control.objects(kind))


@pytest.mark.parametrize("leaving", [[3], [99], [100], [0, 1, 2], list(range(50)), list(range(40, 160)), list(range(120))])
@pytest.mark.parametrize(("method", "suffix", "params"), [("DELETE", "", {}), ("POST", "/end", {"status": "active"})])
def test_who_leaves_while_a_list_is_read_hides_nobody(
    sandbox: Sandbox,
    client: TavusClient,
    api: httpx.Client,
    leaving: list[int],
    method: str,
    suffix: str,
    params: dict[str, str],
) -> None:
    """What is deleted or ended between two pages moves the others forward; all that are still there are found, once each."""
    ids = crowd(sandbox, 350)
    gone = {ids[each] for each in leaving}

    def leave(count: int) -> None:
        if count == 99:  # the first page is read, the second is not
            for each in gone:
                api.request(method, f"/v2/conversations/{each}{suffix}").raise_for_status()

    found = walk(client, leave, **params)
    assert len(found) == len(set(found))
    assert set(found) >= set(ids) - gone


def test_who_comes_and_goes_while_a_list_is_read_hides_nobody(sandbox: Sandbox, client: TavusClient, api: httpx.Client) -> None:
    """Newcomers move the others back, so that pages are met again; together with leavers too all that stay are found."""
    ids = crowd(sandbox, 500)
    gone = set(ids[::7])
    leavers = iter(sorted(gone))

    def stir(count: int) -> None:
        if count % 3 == 0:
            sandbox.control.seed(conversations=[{}])
        if count % 7 == 0 and (leaver := next(leavers, None)):
            api.delete(f"/v2/conversations/{leaver}").raise_for_status()

    found = walk(client, stir)
    assert len(found) == len(set(found))
    assert set(found) >= set(ids) - gone


def test_a_list_that_never_stands_still_is_read_to_its_end(sandbox: Sandbox, client: TavusClient, api: httpx.Client) -> None:
    """Where conversations end faster than pages are read, the reading ends all the same."""
    ids, over = crowd(sandbox, 1000), threading.Event()

    def end_all() -> None:
        for each in ids[:700]:
            if over.is_set():
                return
            api.post(f"/v2/conversations/{each}/end").raise_for_status()

    thread = threading.Thread(target=end_all)
    thread.start()
    try:
        assert set(walk(client, status="active")) >= set(ids[700:])
    finally:
        over.set()
        thread.join()


def test_a_server_without_pages_is_read_once() -> None:
    """Where each page is the same, the first is all."""
    with serve_answers(Answer(body={"data": [{"conversation_id": "c1"}, {"conversation_id": "c2"}]})) as tavus:
        assert walk(client_for(tavus.url, "key", 5.0)) == ["c1", "c2"]


@pytest.mark.parametrize("body", [{}, None, {"data": None}, {"data": {}}, {"data": "c1"}, {"error": "try later"}, []])
def test_an_answer_without_a_list_is_never_an_empty_list(body: object) -> None:
    """What cannot be read is asked for again, and then an error: an account must not look empty by mistake."""
    with (
        serve_answers(Answer(body=body)) as tavus,
        pytest.raises(OutcomeUnknown, match="could not list the conversations: .* cannot be read"),
    ):
        walk(client_for(tavus.url, "key", 1.5))
    assert len(tavus.requests) > 1

    listed = {"data": [{"conversation_id": "c1"}]}
    with serve_answers(Answer(body=body), Answer(body=listed), Answer(body={"data": []})) as tavus:
        assert walk(client_for(tavus.url, "key", 5.0)) == ["c1"]


@pytest.mark.parametrize("item", [{}, "c1", None, {"conversation_id": None}, {"conversation_id": ""}])
def test_an_item_that_cannot_be_known_makes_the_list_unreadable(item: object) -> None:
    """An item without id is no item to pass over in silence."""
    with (
        serve_answers(Answer(body={"data": [{"conversation_id": "c1"}, item]})) as tavus,
        pytest.raises(OutcomeUnknown, match="an item"),
    ):
        walk(client_for(tavus.url, "key", 0))
