"""Documents: processing that takes time, filters, and recrawls with rules of their own."""

from __future__ import annotations

from typing import Any, get_args

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tavus_provider.sandbox.objects.document_errors import DocumentError
from tests.sandbox.helpers import answered, made
from tests.support.conversations import PERSONA

URL = "https://docs.example.com/handbook.pdf"
CRAWL = {"depth": 2, "max_pages": 20}
NOT_FOUND = (404, {"message": "Document not found"})
HOUR = 3600


def document(api: httpx.Client, **body: Any) -> str:
    """Create a document and return its path."""
    return f"/v2/documents/{made(api, 'documents', **{'document_url': URL, **body})['document_id']}"


def shown(api: httpx.Client, path: str) -> dict[str, Any]:
    """Return the document as GET tells it."""
    answer: dict[str, Any] = api.get(path).raise_for_status().json()
    return answer


def ready(sandbox: Sandbox, api: httpx.Client, **body: Any) -> str:
    """Create a document, let it become ready and return its path."""
    path = document(api, **body)
    sandbox.control.advance(600)
    assert shown(api, path)["status"] == "ready"
    return path


def test_a_creation_tells_the_whole_document(api: httpx.Client) -> None:
    """Everything that was given comes back, `crawl` as `crawl_config`; GET and list tell the same."""
    given = {"document_name": "Handbook", "callback_url": "https://example.com/hook", "tags": ["a"]}
    answer = made(api, "documents", document_url=URL, crawl=CRAWL, **given)
    assert answer["document_id"].startswith("d8-")
    assert answer == {
        **given,
        "document_id": answer["document_id"],
        "document_url": URL,
        "crawl_config": CRAWL,
        "status": "started",
        "progress": None,
        "error_message": None,
        "crawled_urls": None,
        "last_crawled_at": None,
        "crawl_count": None,
        "created_at": answer["created_at"],
        "updated_at": answer["created_at"],
    }
    assert shown(api, f"/v2/documents/{answer['document_id']}") == answer
    assert api.get("/v2/documents").json() == {"data": [answer], "total_count": 1, "page": 0, "limit": 10}


def test_a_name_is_made_up(api: httpx.Client) -> None:
    """Without one the document is called after its URL, and has no tags."""
    answer = made(api, "documents", document_url=URL)
    assert (answer["document_name"], answer["tags"], answer["crawl_config"]) == ("handbook.pdf", [], None)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "document_url is required"),
        ({"document_url": URL, "document_name": 1}, "document_name must be a string"),
        ({"document_url": URL, "tags": [1]}, "tags must be a string"),
        ({"document_url": URL, "crawl": {"depth": 0}}, "depth: 0 is less than the minimum of 1"),
        ({"document_url": URL, "crawl": {"max_pages": 101}}, "max_pages: 101 is greater than the maximum of 100"),
        ({"document_url": URL, "crawl": True}, "crawl must be an object"),
    ],
)
def test_a_wrong_body_is_refused(api: httpx.Client, body: dict[str, Any], text: str) -> None:
    """In Tavus's words, under `error`."""
    assert answered(api.post("/v2/documents", json=body)) == (400, {"error": f"Invalid request: {text}"})


def test_processing_takes_its_time(sandbox: Sandbox, api: httpx.Client) -> None:
    """A document is started, processing with progress, and ready; updated_at tells when."""
    sandbox.control.set_behavior(processing=90)
    path = document(api)
    seen = []
    for _ in range(4):
        one = shown(api, path)
        seen.append((one["status"], one["progress"]))
        sandbox.control.advance(30)
    assert seen == [("started", None), ("processing", 0), ("processing", 50), ("ready", None)]
    assert shown(api, path)["created_at"] < shown(api, path)["updated_at"] < sandbox.control.advance(0)


def test_a_crawl_tells_what_it_found_when_it_is_done(sandbox: Sandbox, api: httpx.Client) -> None:
    """A document that is not crawled has nothing of that."""
    crawled = shown(api, ready(sandbox, api, crawl=CRAWL))
    assert (crawled["crawled_urls"][0], crawled["crawl_count"]) == (URL, 1)
    assert crawled["created_at"] < crawled["last_crawled_at"] == crawled["updated_at"]
    assert shown(api, ready(sandbox, api))["crawl_count"] is None


@pytest.mark.parametrize("error", get_args(DocumentError))
def test_a_document_fails_on_demand(sandbox: Sandbox, api: httpx.Client, error: DocumentError) -> None:
    """The next one, and no other, ends in `error` with one of Tavus's codes when it would have been ready."""
    sandbox.control.fail_document(error)
    path, other = document(api), document(api)
    sandbox.control.advance(170)
    assert shown(api, path)["status"] == "processing"
    sandbox.control.advance(10)
    one = shown(api, path)
    assert (one["status"], one["error_message"], one["progress"]) == ("error", error, None)
    assert shown(api, other)["status"] == "ready"


def test_a_certain_document_fails_on_demand(sandbox: Sandbox, api: httpx.Client) -> None:
    """One that is under way can be chosen; one that is done cannot fail any more."""
    first, second = document(api), document(api)
    sandbox.control.fail_document("file_empty", second.rpartition("/")[2])
    sandbox.control.advance(600)
    assert (shown(api, first)["status"], shown(api, second)["status"]) == ("ready", "error")
    with pytest.raises(ControlError, match="is not at work"):
        sandbox.control.fail_document("file_empty", first.rpartition("/")[2])


def test_an_unknown_error_code_is_refused(sandbox: Sandbox) -> None:
    """Tavus has eleven."""
    code: Any = "too_boring"
    with pytest.raises(ControlError, match="none of file_download_failed"):
        sandbox.control.fail_document(code)


def test_name_and_tags_can_be_changed(sandbox: Sandbox, api: httpx.Client) -> None:
    """No JSON patch: what is given replaces what was, and the answer is the whole document."""
    path = ready(sandbox, api, tags=["a", "b"])
    before = shown(api, path)
    response = api.patch(path, json={"tags": ["c"]})
    assert (response.status_code, response.json()) == (200, shown(api, path))
    assert response.json() == {**before, "tags": ["c"], "updated_at": response.json()["updated_at"]}
    assert api.patch(path, json={"document_name": "New"}).json()["document_name"] == "New"


def test_nothing_else_can_be_changed(api: httpx.Client) -> None:
    """Other fields are ignored, wrong values refused."""
    path = document(api)
    assert api.patch(path, json={"document_url": "https://example.com", "status": "ready"}).status_code == 200
    assert (shown(api, path)["document_url"], shown(api, path)["status"]) == (URL, "started")
    refused = api.patch(path, json={"document_name": None})
    assert answered(refused) == (400, {"error": "Invalid request: document_name must be a string"})


@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/recrawl")])
def test_an_unknown_id_answers_404_with_message(api: httpx.Client, method: str, rest: str) -> None:
    """On every path."""
    assert answered(api.request(method, f"/v2/documents/d-none{rest}", json={})) == NOT_FOUND


def test_a_deleted_document_is_gone(sandbox: Sandbox, api: httpx.Client) -> None:
    """Also while it is processed."""
    path = document(api)
    assert answered(api.delete(path)) == (204, None)
    sandbox.control.advance(600)
    assert answered(api.get(path)) == answered(api.delete(path)) == NOT_FOUND
    assert api.get("/v2/documents").json()["total_count"] == 0


def test_lists_can_be_filtered(sandbox: Sandbox, api: httpx.Client) -> None:
    """By a part of the name or the whole id, by status, by one of several tags."""
    first = ready(sandbox, api, document_name="Handbook A", tags=["a", "x"]).rpartition("/")[2]
    second = document(api, document_name="handbook b", tags=["b"]).rpartition("/")[2]
    third = document(api, document_name="Prices").rpartition("/")[2]

    def ids(**query: str) -> list[str]:
        return [one["document_id"] for one in api.get("/v2/documents", params=query).json()["data"]]

    assert ids() == ids(sort="ascending") == ids(sort="descending")[::-1] == [first, second, third]
    assert ids(name_or_uuid="HANDBOOK") == [first, second]
    assert ids(name_or_uuid=third) == [third]
    assert ids(status="started") == [second, third]
    assert ids(tags="x,b") == [first, second]
    assert ids(tags="x,b", status="ready") == [first]
    assert ids(name_or_uuid="nothing") == []


def test_pages_begin_at_0(api: httpx.Client) -> None:
    """The list says which page it is; this is the only list that refuses a bad limit."""
    ids = [document(api).rpartition("/")[2] for _ in range(3)]
    page = api.get("/v2/documents", params={"limit": 2, "page": 1}).json()
    assert ([one["document_id"] for one in page["data"]], page["total_count"]) == (ids[2:], 3)
    assert (page["page"], page["limit"]) == (1, 2)
    for limit in ("0", "-1", "many"):
        refused = (400, {"error": "Invalid request: limit must be a positive integer"})
        assert answered(api.get("/v2/documents", params={"limit": limit})) == refused


def test_a_recrawl_is_accepted_and_done_later(sandbox: Sandbox, api: httpx.Client) -> None:
    """202 with the document as it was, then `recrawling`, then ready with one crawl more."""
    path = ready(sandbox, api, crawl=CRAWL)
    before = shown(api, path)
    response = api.post(f"{path}/recrawl")
    assert response.status_code == 202
    assert response.json() == {**before, "status": "recrawling", "updated_at": response.json()["updated_at"]}
    assert shown(api, path) == response.json()
    sandbox.control.advance(180)
    after = shown(api, path)
    assert (after["status"], after["crawl_count"]) == ("ready", 2)
    assert before["last_crawled_at"] < after["last_crawled_at"]


def test_other_limits_hold_for_one_recrawl(sandbox: Sandbox, api: httpx.Client) -> None:
    """The answer tells them, the document keeps its own; with limits even a document without any can be recrawled."""
    path, plain = ready(sandbox, api, crawl=CRAWL), ready(sandbox, api)
    other = {"crawl": {"depth": 3, "max_pages": 5}}
    assert api.post(f"{path}/recrawl", json=other).json()["crawl_config"] == other["crawl"]
    assert shown(api, path)["crawl_config"] == CRAWL
    answer = api.post(f"{plain}/recrawl", json=other)
    assert (answer.status_code, answer.json()["crawl_count"]) == (202, 0)
    assert shown(api, plain)["crawl_config"] is None


def test_what_was_never_crawled_cannot_be_recrawled(sandbox: Sandbox, api: httpx.Client) -> None:
    """Not without limits."""
    refused = (400, {"error": "Document was not created with crawl configuration"})
    assert answered(api.post(f"{ready(sandbox, api)}/recrawl")) == refused


def test_what_is_at_work_cannot_be_recrawled(sandbox: Sandbox, api: httpx.Client) -> None:
    """409, with the status; from `error` it can be tried again."""
    text = "Document must be in 'ready' or 'error' state to recrawl, current status"
    sandbox.control.fail_document("website_processing_failed")
    path = document(api, crawl=CRAWL)
    assert answered(api.post(f"{path}/recrawl")) == (409, {"error": f"{text}: started"})
    sandbox.control.advance(600)
    assert shown(api, path)["status"] == "error"
    assert api.post(f"{path}/recrawl").status_code == 202
    assert answered(api.post(f"{path}/recrawl")) == (409, {"error": f"{text}: recrawling"})
    sandbox.control.advance(600)
    assert (shown(api, path)["status"], shown(api, path)["error_message"]) == ("ready", None)


def test_a_recrawl_has_to_wait_for_an_hour_after_the_last(sandbox: Sandbox, api: httpx.Client) -> None:
    """429 says in words how many minutes are missing."""
    path = ready(sandbox, api, crawl=CRAWL)
    api.post(f"{path}/recrawl")
    sandbox.control.advance(15 * 60)
    text = "Recrawl cooldown: please wait 45 minutes before recrawling this document."
    assert answered(api.post(f"{path}/recrawl")) == (429, {"error": text})
    sandbox.control.advance(45 * 60)
    assert api.post(f"{path}/recrawl").status_code == 202


def test_a_recrawl_can_fail(sandbox: Sandbox, api: httpx.Client) -> None:
    """The number of crawls does not grow then."""
    path = ready(sandbox, api, crawl=CRAWL)
    sandbox.control.fail_document("embedding_failed")
    api.post(f"{path}/recrawl")
    sandbox.control.advance(600)
    assert (shown(api, path)["error_message"], shown(api, path)["crawl_count"]) == ("embedding_failed", 1)


def test_five_crawls_run_at_a_time(sandbox: Sandbox, api: httpx.Client) -> None:
    """A sixth is refused with 429 until one is done; documents that are not crawled do not count."""
    for _ in range(5):
        document(api, crawl=CRAWL)
    assert api.post("/v2/documents", json={"document_url": URL, "crawl": CRAWL}).status_code == 429
    assert api.post("/v2/documents", json={"document_url": URL}).status_code == 200
    sandbox.control.advance(600)
    assert api.post("/v2/documents", json={"document_url": URL, "crawl": CRAWL}).status_code == 200


def test_a_hundred_documents_can_be_crawled(sandbox: Sandbox, api: httpx.Client) -> None:
    """One more is refused with 429 in Tavus's words, until one is deleted."""
    added = sandbox.control.seed(documents=[{"crawl_config": CRAWL}] * 100)["documents"]
    text = "Crawl document limit reached (100). Contact support@tavus.io to increase your limit."
    body = {"document_url": URL, "crawl": CRAWL}
    assert answered(api.post("/v2/documents", json=body)) == (429, {"error": text})
    api.delete(f"/v2/documents/{added[0]['document_id']}")
    assert api.post("/v2/documents", json=body).status_code == 200


def test_a_conversation_takes_documents_that_exist(api: httpx.Client) -> None:
    """An unknown one is refused; one that is not ready yet is not."""
    id_ = document(api).rpartition("/")[2]
    assert made(api, "conversations", persona_id=PERSONA, document_ids=[id_])["status"] == "active"
    refused = api.post("/v2/conversations", json={"persona_id": PERSONA, "document_ids": [id_, "d-none"]})
    assert answered(refused) == (400, {"error": "Invalid document_ids"})
