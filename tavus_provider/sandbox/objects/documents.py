"""Documents of the knowledge base, which Tavus processes and crawls.

Sources: Tavus API reference, Documents; tavus-cli 0.11.0, DocumentResource.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from ..api.error_answers import ErrorAnswer
from ..api.json_body import JsonResponse
from ..api.paging import Paging
from ..api.validation import STRING, STRINGS, Schema
from ..records.collection import Collection, Fields, Handlers, Query
from ..records.record import Record, Step
from .document_errors import DocumentError

MAX_CRAWLED_DOCUMENTS = 100
MAX_CONCURRENT_CRAWLS = 5
COOLDOWN = 3600.0
"""Seconds between two recrawls of one document."""

_CRAWL: Schema = {
    "type": "object",
    "properties": {
        "depth": {"type": "integer", "minimum": 1, "maximum": 10},
        "max_pages": {"type": "integer", "minimum": 1, "maximum": 100},
    },
}
_UPDATE: Schema = {"type": "object", "properties": {"document_name": STRING, "tags": STRINGS}}
_RECRAWL: Schema = {"type": "object", "properties": {"crawl": _CRAWL}}
_ALL = (
    "document_id",
    "document_name",
    "document_url",
    "status",
    "progress",
    "error_message",
    "created_at",
    "updated_at",
    "callback_url",
    "tags",
    "crawl_config",
    "crawled_urls",
    "last_crawled_at",
    "crawl_count",
)
_NEW: Mapping[str, Any] = {
    "callback_url": "",
    "tags": [],
    "status": "started",
    "progress": None,
    "error_message": None,
    "crawled_urls": None,
    "last_crawled_at": None,
    "crawl_count": None,
}
"""Defaults of a new document."""  # assumed: default-name

_DONE: Mapping[str, Any] = {"status": "ready", "progress": None, "error_message": None}

_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "document_url": STRING,
        "document_name": STRING,
        "callback_url": STRING,
        "tags": STRINGS,
        "crawl": _CRAWL,
        "custom_description": STRING,
        "participant_tags": STRINGS,
    },
    "required": ["document_url"],
}

_EXTRAS: Mapping[str, Schema] = {
    "status": {"enum": ["started", "processing", "ready", "error", "recrawling"]},
    "error_message": {"enum": [None, *get_args(DocumentError)]},
    "crawl_config": _CRAWL,
}

_DEFAULTS: Mapping[str, Any] = {**_DONE, "document_url": "https://docs.example.com/document"}


class Documents(Collection):
    """Documents: the input `crawl` is shown as `crawl_config`, and a recrawl has its own limits."""

    path = "/v2/documents"
    id_field = "document_id"
    prefix = "d8-"
    schema = _SCHEMA
    seed_fields = _EXTRAS
    seed_defaults = _DEFAULTS
    create_fields = get_fields = list_fields = _ALL
    paging = Paging(first=0, repeats_query=True, strict=True)
    error_prefix = "Invalid request: "

    def unknown_id(self, id_: str) -> ErrorAnswer:
        """Return the answer to an unknown id."""
        return ErrorAnswer(404, "Document not found", "message")

    def with_defaults(self, fields: Fields) -> Fields:
        """Add a name and the state of a document whose processing starts."""
        inputs = {name: value for name, value in fields.items() if name != "crawl"}
        name = fields["document_url"].rstrip("/").rpartition("/")[2] or "Document"
        return {**_NEW, "document_name": name, "crawl_config": fields.get("crawl"), **inputs}

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse a document beyond the limit of crawled ones, or of crawls at a time. Raises ErrorAnswer (429)."""
        if fields["crawl_config"] is None:
            return
        if sum(one.fields["crawl_config"] is not None for one in self.find_all(now)) >= MAX_CRAWLED_DOCUMENTS:
            text = f"Crawl document limit reached ({MAX_CRAWLED_DOCUMENTS}). Contact support@tavus.io to increase your limit."
            raise ErrorAnswer(429, text)
        self._check_crawls(now)

    def plan(self, record: Record, now: float) -> list[Step]:
        """Return the progress of processing, and its end."""  # assumed: progress
        time = self.account.behavior.processing
        end = Step(now + time, _DONE) if record.fields["crawl_config"] is None else _finish_crawl(record, now + time)
        start = Step(now + time / 3, {"status": "processing", "progress": 0})
        return [start, Step(now + 2 * time / 3, {"progress": 50}), end]

    def failure_fields(self, error: str) -> Fields:
        """Return the fields of a document that could not be processed. Raises ErrorAnswer (400) for unknown error codes."""
        if error not in get_args(DocumentError):
            raise ErrorAnswer(400, f"error: {error!r} is none of {', '.join(get_args(DocumentError))}")
        return {"status": "error", "progress": None, "error_message": error}

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the documents that pass all filters, oldest first by default."""  # assumed: document-filters
        text, status = query.get("name_or_uuid", "").lower(), query.get("status")
        tags = {tag for tag in query.get("tags", "").split(",") if tag}
        found = [
            one
            for one in found
            if (text == one.id.lower() or text in one.fields["document_name"].lower())
            and status in (None, one.fields["status"])
            and (not tags or not tags.isdisjoint(one.fields["tags"]))
        ]
        # All other lists show the newest first.
        return found if query.get("sort") == "descending" else found[::-1]

    def handlers(self) -> Handlers:
        """Return the handlers, by the rest of the path and by method."""
        handlers = super().handlers()
        changing = {**handlers["/{id}"], "PATCH": self.update}
        return {**handlers, "/{id}": changing, "/{id}/recrawl": {"POST": self.recrawl}}

    def update(self, request: Request) -> Response:
        """Change name or tags; the body has the new values and is not a JSON patch."""
        return JsonResponse(self.merge_fields(request, _UPDATE))

    def recrawl(self, request: Request) -> Response:
        """Crawl the document again; limits in the body apply to this crawl only."""
        body = self.parse_body(request, _RECRAWL)
        with self.account.lock_state() as now:
            record = self.find_requested(request, now)
            crawl = body.get("crawl", record.fields["crawl_config"])
            self._check_recrawl(record, crawl, now)
            # `recrawled` is the sandbox's own field: no answer shows it.
            record.change(now, {"status": "recrawling", "progress": None, "error_message": None, "recrawled": now})
            self.start(record, [_finish_crawl(record, now + self.account.behavior.processing)])
            answer = {**record.select(_ALL), "crawl_config": crawl, "crawl_count": record.fields["crawl_count"] or 0}
            return JsonResponse(answer, 202)

    def _check_recrawl(self, record: Record, crawl: object, now: float) -> None:
        """Refuse a recrawl that Tavus does not allow now. Raises ErrorAnswer (400, 409, 429)."""
        status, last = record.fields["status"], record.fields.get("recrawled")
        if crawl is None:
            raise ErrorAnswer(400, "Document was not created with crawl configuration")
        if status not in ("ready", "error"):
            text = "Document must be in 'ready' or 'error' state to recrawl, current status"
            raise ErrorAnswer(409, f"{text}: {status}")
        if last is not None and now < last + COOLDOWN:  # assumed: recrawl-cooldown
            minutes = math.ceil((last + COOLDOWN - now) / 60)
            raise ErrorAnswer(429, f"Recrawl cooldown: please wait {minutes} minutes before recrawling this document.")
        self._check_crawls(now)

    def _check_crawls(self, now: float) -> None:
        """Refuse a crawl beyond the limit of crawls at a time. Raises ErrorAnswer (429)."""
        if sum(_is_crawling(one) for one in self.find_all(now)) >= MAX_CONCURRENT_CRAWLS:
            raise ErrorAnswer(429, f"Concurrent crawl limit reached ({MAX_CONCURRENT_CRAWLS}).")  # assumed: crawls-text


def _is_crawling(record: Record) -> bool:
    """Return whether a crawl of the document runs."""
    # A recrawl may have brought limits to a document that has none of its own.
    recrawled = record.fields["status"] == "recrawling"
    return record.next_change() is not None and (recrawled or record.fields["crawl_config"] is not None)


def _finish_crawl(record: Record, at: float) -> Step:
    """Return the step that ends a crawl, with two made-up pages."""
    url, count = record.fields["document_url"], record.fields["crawl_count"] or 0
    pages = [url, f"{url.rstrip('/')}/getting-started"]
    return Step(at, {**_DONE, "crawled_urls": pages, "last_crawled_at": record.timestamp(at), "crawl_count": count + 1})
