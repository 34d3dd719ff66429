"""Documents: processing that takes time, filters, and recrawls."""

from __future__ import annotations

from typing import Any, get_args

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tavus_provider.sandbox.objects.document_errors import DocumentError
from tests.sandbox.helpers import create_object, status_and_body
from tests.support.conversations import PERSONA

URL = "https://docs.example.com/handbook.pdf"
CRAWL = {"depth": 2, "max_pages": 20}
NOT_FOUND = (404, {"message": "Document not found"})
HOUR = 3600


def create_document(api: httpx.Client, **body: Any) -> str:
    """Create a document and return its path."""
    return f"/v2/documents/{create_object(api, 'documents', **{'document_url': URL, **body})['document_id']}"


def read(api: httpx.Client, path: str) -> dict[str, Any]:
    """Return the document as GET shows it."""
    answer: dict[str, Any] = api.get(path).raise_for_status().json()
    return answer


def create_ready_document(sandbox: Sandbox, api: httpx.Client, **body: Any) -> str:
    """Create a document, advance the clock until it is ready, and return its path."""
    path = create_document(api, **body)
    sandbox.control.advance(600)
    assert read(api, path)["status"] == "ready"
    return path


def test_a_creation_answers_with_the_whole_document(api: httpx.Client) -> None:
    """The answer has all inputs, `crawl` as `crawl_config`, and GET and list show the same."""
    inputs = {"document_name": "Handbook", "callback_url": "https://example.com/hook", "tags": ["a"]}
    answer = create_object(api, "documents", document_url=URL, crawl=CRAWL, **inputs)
    assert answer["document_id"].startswith("d8-")
    assert answer == {
        **inputs,
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
    assert read(api, f"/v2/documents/{answer['document_id']}") == answer
    assert api.get("/v2/documents").json() == {"data": [answer], "total_count": 1, "page": 0, "limit": 10}


def test_a_document_without_a_name_is_named_after_its_url(api: httpx.Client) -> None:
    """A document without a name is named after its URL, and has no tags."""
    answer = create_object(api, "documents", document_url=URL)
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
    """A wrong body is refused in Tavus's words, under `error`."""
    assert status_and_body(api.post("/v2/documents", json=body)) == (400, {"error": f"Invalid request: {text}"})


def test_processing_takes_time(sandbox: Sandbox, api: httpx.Client) -> None:
    """A document is started, then processing with progress, then ready, and updated_at is the time of the last change."""
    sandbox.control.set_behavior(processing=90)
    path = create_document(api)
    seen = []
    for _ in range(4):
        one = read(api, path)
        seen.append((one["status"], one["progress"]))
        sandbox.control.advance(30)
    assert seen == [("started", None), ("processing", 0), ("processing", 50), ("ready", None)]
    assert read(api, path)["created_at"] < read(api, path)["updated_at"] < sandbox.control.advance(0)


def test_a_finished_crawl_shows_its_pages(sandbox: Sandbox, api: httpx.Client) -> None:
    """A finished crawl shows its pages, its time and its number; a document that is not crawled has none of these."""
    crawled = read(api, create_ready_document(sandbox, api, crawl=CRAWL))
    assert (crawled["crawled_urls"][0], crawled["crawl_count"]) == (URL, 1)
    assert crawled["created_at"] < crawled["last_crawled_at"] == crawled["updated_at"]
    assert read(api, create_ready_document(sandbox, api))["crawl_count"] is None


@pytest.mark.parametrize("error", get_args(DocumentError))
def test_a_document_fails_on_demand(sandbox: Sandbox, api: httpx.Client, error: DocumentError) -> None:
    """fail_document makes the next document, and no other, end in `error` with one of Tavus's codes."""
    sandbox.control.fail_document(error)
    path, other = create_document(api), create_document(api)
    sandbox.control.advance(170)
    assert read(api, path)["status"] == "processing"
    sandbox.control.advance(10)
    one = read(api, path)
    assert (one["status"], one["error_message"], one["progress"]) == ("error", error, None)
    assert read(api, other)["status"] == "ready"


def test_one_document_fails_on_demand(sandbox: Sandbox, api: httpx.Client) -> None:
    """fail_document can name a document in progress; a finished one cannot fail any more."""
    first, second = create_document(api), create_document(api)
    sandbox.control.fail_document("file_empty", second.rpartition("/")[2])
    sandbox.control.advance(600)
    assert (read(api, first)["status"], read(api, second)["status"]) == ("ready", "error")
    with pytest.raises(ControlError, match="is not being processed"):
        sandbox.control.fail_document("file_empty", first.rpartition("/")[2])


def test_an_unknown_error_code_is_refused(sandbox: Sandbox) -> None:
    """The sandbox refuses error codes that Tavus does not have."""
    code: Any = "too_boring"
    with pytest.raises(ControlError, match="none of file_download_failed"):
        sandbox.control.fail_document(code)


def test_name_and_tags_can_be_changed(sandbox: Sandbox, api: httpx.Client) -> None:
    """A PATCH of a document has new values instead of operations, and answers with the whole document."""
    path = create_ready_document(sandbox, api, tags=["a", "b"])
    before = read(api, path)
    response = api.patch(path, json={"tags": ["c"]})
    assert (response.status_code, response.json()) == (200, read(api, path))
    assert response.json() == {**before, "tags": ["c"], "updated_at": response.json()["updated_at"]}
    assert api.patch(path, json={"document_name": "New"}).json()["document_name"] == "New"


def test_nothing_else_can_be_changed(api: httpx.Client) -> None:
    """A PATCH ignores other fields, and is refused for wrong values."""
    path = create_document(api)
    assert api.patch(path, json={"document_url": "https://example.com", "status": "ready"}).status_code == 200
    assert (read(api, path)["document_url"], read(api, path)["status"]) == (URL, "started")
    refused = api.patch(path, json={"document_name": None})
    assert status_and_body(refused) == (400, {"error": "Invalid request: document_name must be a string"})


@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/recrawl")])
def test_an_unknown_id_answers_404_with_message(api: httpx.Client, method: str, rest: str) -> None:
    """An unknown document is answered 404 with `message` on every path."""
    assert status_and_body(api.request(method, f"/v2/documents/d-none{rest}", json={})) == NOT_FOUND


def test_a_deleted_document_is_gone(sandbox: Sandbox, api: httpx.Client) -> None:
    """A document can be deleted while it is processed, and is unknown afterwards."""
    path = create_document(api)
    assert status_and_body(api.delete(path)) == (204, None)
    sandbox.control.advance(600)
    assert status_and_body(api.get(path)) == status_and_body(api.delete(path)) == NOT_FOUND
    assert api.get("/v2/documents").json()["total_count"] == 0


def test_lists_can_be_filtered(sandbox: Sandbox, api: httpx.Client) -> None:
    """A list can be filtered by a part of the name or the whole id, by status, and by one of several tags."""
    first = create_ready_document(sandbox, api, document_name="Handbook A", tags=["a", "x"]).rpartition("/")[2]
    second = create_document(api, document_name="handbook b", tags=["b"]).rpartition("/")[2]
    third = create_document(api, document_name="Prices").rpartition("/")[2]

    def ids(**query: str) -> list[str]:
        return [one["document_id"] for one in api.get("/v2/documents", params=query).json()["data"]]

    assert ids() == ids(sort="ascending") == ids(sort="descending")[::-1] == [first, second, third]
    assert ids(name_or_uuid="HANDBOOK") == [first, second]
    assert ids(name_or_uuid=third) == [third]
    assert ids(status="started") == [second, third]
    assert ids(tags="x,b") == [first, second]
    assert ids(tags="x,b", status="ready") == [first]
    assert ids(name_or_uuid="nothing") == []


def test_pages_start_at_0(api: httpx.Client) -> None:
    """The list shows its page, and is the only list that refuses an invalid limit."""
    ids = [create_document(api).rpartition("/")[2] for _ in range(3)]
    page = api.get("/v2/documents", params={"limit": 2, "page": 1}).json()
    assert ([one["document_id"] for one in page["data"]], page["total_count"]) == (ids[2:], 3)
    assert (page["page"], page["limit"]) == (1, 2)
    for limit in ("0", "-1", "many"):
        refused = (400, {"error": "Invalid request: limit must be a positive integer"})
        assert status_and_body(api.get("/v2/documents", params={"limit": limit})) == refused


def test_a_recrawl_is_accepted_and_done_later(sandbox: Sandbox, api: httpx.Client) -> None:
    """A recrawl answers 202 with the document, which is `recrawling` and later ready with one crawl more."""
    path = create_ready_document(sandbox, api, crawl=CRAWL)
    before = read(api, path)
    response = api.post(f"{path}/recrawl")
    assert response.status_code == 202
    assert response.json() == {**before, "status": "recrawling", "updated_at": response.json()["updated_at"]}
    assert read(api, path) == response.json()
    sandbox.control.advance(180)
    after = read(api, path)
    assert (after["status"], after["crawl_count"]) == ("ready", 2)
    assert before["last_crawled_at"] < after["last_crawled_at"]


def test_other_limits_apply_to_one_recrawl(sandbox: Sandbox, api: httpx.Client) -> None:
    """Limits of a recrawl are shown in its answer only; with limits, a document without any can be recrawled too."""
    path, plain = create_ready_document(sandbox, api, crawl=CRAWL), create_ready_document(sandbox, api)
    other = {"crawl": {"depth": 3, "max_pages": 5}}
    assert api.post(f"{path}/recrawl", json=other).json()["crawl_config"] == other["crawl"]
    assert read(api, path)["crawl_config"] == CRAWL
    answer = api.post(f"{plain}/recrawl", json=other)
    assert (answer.status_code, answer.json()["crawl_count"]) == (202, 0)
    assert read(api, plain)["crawl_config"] is None


def test_a_document_without_crawl_limits_cannot_be_recrawled(sandbox: Sandbox, api: httpx.Client) -> None:
    """A recrawl without limits is refused for a document that has none."""
    refused = (400, {"error": "Document was not created with crawl configuration"})
    assert status_and_body(api.post(f"{create_ready_document(sandbox, api)}/recrawl")) == refused


def test_a_document_in_progress_cannot_be_recrawled(sandbox: Sandbox, api: httpx.Client) -> None:
    """A recrawl is refused with 409 and the status while the document is processed, and accepted after an error."""
    text = "Document must be in 'ready' or 'error' state to recrawl, current status"
    sandbox.control.fail_document("website_processing_failed")
    path = create_document(api, crawl=CRAWL)
    assert status_and_body(api.post(f"{path}/recrawl")) == (409, {"error": f"{text}: started"})
    sandbox.control.advance(600)
    assert read(api, path)["status"] == "error"
    assert api.post(f"{path}/recrawl").status_code == 202
    assert status_and_body(api.post(f"{path}/recrawl")) == (409, {"error": f"{text}: recrawling"})
    sandbox.control.advance(600)
    assert (read(api, path)["status"], read(api, path)["error_message"]) == ("ready", None)


def test_a_second_recrawl_has_to_wait_for_an_hour(sandbox: Sandbox, api: httpx.Client) -> None:
    """A recrawl within an hour after the last is refused with 429, and the text has the minutes that remain."""
    path = create_ready_document(sandbox, api, crawl=CRAWL)
    api.post(f"{path}/recrawl")
    sandbox.control.advance(15 * 60)
    text = "Recrawl cooldown: please wait 45 minutes before recrawling this document."
    assert status_and_body(api.post(f"{path}/recrawl")) == (429, {"error": text})
    sandbox.control.advance(45 * 60)
    assert api.post(f"{path}/recrawl").status_code == 202


def test_a_recrawl_can_fail(sandbox: Sandbox, api: httpx.Client) -> None:
    """A failed recrawl does not increase the number of crawls."""
    path = create_ready_document(sandbox, api, crawl=CRAWL)
    sandbox.control.fail_document("embedding_failed")
    api.post(f"{path}/recrawl")
    sandbox.control.advance(600)
    assert (read(api, path)["error_message"], read(api, path)["crawl_count"]) == ("embedding_failed", 1)


def test_five_crawls_run_at_a_time(sandbox: Sandbox, api: httpx.Client) -> None:
    """A sixth crawl is refused with 429 until one is done; documents that are not crawled do not count."""
    for _ in range(5):
        create_document(api, crawl=CRAWL)
    assert api.post("/v2/documents", json={"document_url": URL, "crawl": CRAWL}).status_code == 429
    assert api.post("/v2/documents", json={"document_url": URL}).status_code == 200
    sandbox.control.advance(600)
    assert api.post("/v2/documents", json={"document_url": URL, "crawl": CRAWL}).status_code == 200


def test_a_hundred_documents_can_be_crawled(sandbox: Sandbox, api: httpx.Client) -> None:
    """One more crawled document is refused with 429 in Tavus's words, until one is deleted."""
    added = sandbox.control.seed(documents=[{"crawl_config": CRAWL}] * 100)["documents"]
    text = "Crawl document limit reached (100). Contact support@tavus.io to increase your limit."
    body = {"document_url": URL, "crawl": CRAWL}
    assert status_and_body(api.post("/v2/documents", json=body)) == (429, {"error": text})
    api.delete(f"/v2/documents/{added[0]['document_id']}")
    assert api.post("/v2/documents", json=body).status_code == 200


def test_a_conversation_needs_known_documents(api: httpx.Client) -> None:
    """A conversation with an unknown document is refused; a document does not have to be ready."""
    id_ = create_document(api).rpartition("/")[2]
    assert create_object(api, "conversations", persona_id=PERSONA, document_ids=[id_])["status"] == "active"
    refused = api.post("/v2/conversations", json={"persona_id": PERSONA, "document_ids": [id_, "d-none"]})
    assert status_and_body(refused) == (400, {"error": "Invalid document_ids"})
