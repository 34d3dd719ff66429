"""Documents of the knowledge base, which are processed and crawled.

Source: Tavus API reference, Documents.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from tavus_provider.sandbox.collection import Collection, Fields, Handlers, Query
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.failures import DocumentError
from tavus_provider.sandbox.pages import Pages
from tavus_provider.sandbox.records import Record, Step
from tavus_provider.sandbox.schemas import STRING, STRINGS, Schema
from tavus_provider.sandbox.wire import JSON

MOST_CRAWLED = 100
MOST_CRAWLS = 5
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
"""What a new document has unless told."""  # assumed: default-name

_DONE: Mapping[str, Any] = {"status": "ready", "progress": None, "error_message": None}

_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "document_url": STRING,
        "document_name": STRING,
        "callback_url": STRING,
        "tags": STRINGS,
        "crawl": _CRAWL,
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
    """The input `crawl` comes back as `crawl_config`; a recrawl has rules of its own."""

    path = "/v2/documents"
    id_field = "document_id"
    prefix = "d8-"
    schema = _SCHEMA
    extras = _EXTRAS
    defaults = _DEFAULTS
    created = shown = listed = _ALL
    pages = Pages(first=0, told=True, strict=True)
    error_prefix = "Invalid request: "

    def unknown(self, id_: str) -> ApiError:
        """Return the answer to an id that is unknown."""
        return ApiError(404, "Document not found", "message")

    def filled(self, fields: Fields) -> Fields:
        """Give it a name, and begin to process it."""
        given = {name: value for name, value in fields.items() if name != "crawl"}
        name = fields["document_url"].rstrip("/").rpartition("/")[2] or "Document"
        return {**_NEW, "document_name": name, "crawl_config": fields.get("crawl"), **given}

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse one crawled document too many, or one crawl too many at a time. Raises ApiError (429)."""
        if fields["crawl_config"] is None:
            return
        if sum(one.fields["crawl_config"] is not None for one in self.existing(now)) >= MOST_CRAWLED:
            text = f"Crawl document limit reached ({MOST_CRAWLED}). Contact support@tavus.io to increase your limit."
            raise ApiError(429, text)
        self._admit_crawl(now)

    def course(self, record: Record, now: float) -> list[Step]:
        """Process it, with progress, until it is ready."""  # assumed: progress
        time = self.account.behaviour.processing
        end = Step(now + time, _DONE) if record.fields["crawl_config"] is None else _crawled(record, now + time)
        begun = Step(now + time / 3, {"status": "processing", "progress": 0})
        return [begun, Step(now + 2 * time / 3, {"progress": 50}), end]

    def failed(self, error: str) -> Fields:
        """Return how a document looks that could not be processed. Raises ApiError (400) for what is no error code."""
        if error not in get_args(DocumentError):
            raise ApiError(400, f"error: {error!r} is none of {', '.join(get_args(DocumentError))}")
        return {"status": "error", "progress": None, "error_message": error}

    def selected(self, found: list[Record], query: Query) -> list[Record]:
        """Return those that all filters let through, oldest first by default."""  # assumed: document-filters
        text, status = query.get("name_or_uuid", "").lower(), query.get("status")
        tags = {tag for tag in query.get("tags", "").split(",") if tag}
        chosen = [
            one
            for one in found
            if (text == one.id.lower() or text in one.fields["document_name"].lower())
            and status in (None, one.fields["status"])
            and (not tags or not tags.isdisjoint(one.fields["tags"]))
        ]
        return chosen if query.get("sort") == "descending" else chosen[::-1]

    def handlers(self) -> Handlers:
        """Return what is served, by the rest of the path and by method."""
        handlers = super().handlers()
        changing = {**handlers["/{id}"], "PATCH": self.update}
        return {**handlers, "/{id}": changing, "/{id}/recrawl": {"POST": self.recrawl}}

    def update(self, request: Request) -> Response:
        """Change name or tags: no JSON patch, but the new values."""
        return JSON(self.merged(request, _UPDATE))

    def recrawl(self, request: Request) -> Response:
        """Crawl it again; other limits that are given hold for this time only."""
        given = self.body(request, _RECRAWL)
        with self.account.present() as now:
            record = self.asked_for(request, now)
            crawl = given.get("crawl", record.fields["crawl_config"])
            self._admit_recrawl(record, crawl, now)
            record.change(now, {"status": "recrawling", "progress": None, "error_message": None, "recrawled": now})
            self.begin(record, [_crawled(record, now + self.account.behaviour.processing)])
            answer = {**record.tell(_ALL), "crawl_config": crawl, "crawl_count": record.fields["crawl_count"] or 0}
            return JSON(answer, 202)

    def _admit_recrawl(self, record: Record, crawl: object, now: float) -> None:
        """Refuse a recrawl that cannot be. Raises ApiError (400, 409, 429)."""
        status, last = record.fields["status"], record.fields.get("recrawled")
        if crawl is None:
            raise ApiError(400, "Document was not created with crawl configuration")
        if status not in ("ready", "error"):
            text = "Document must be in 'ready' or 'error' state to recrawl, current status"
            raise ApiError(409, f"{text}: {status}")
        if last is not None and now < last + COOLDOWN:  # assumed: recrawl-cooldown
            minutes = math.ceil((last + COOLDOWN - now) / 60)
            raise ApiError(429, f"Recrawl cooldown: please wait {minutes} minutes before recrawling this document.")
        self._admit_crawl(now)

    def _admit_crawl(self, now: float) -> None:
        """Refuse one crawl too many at a time. Raises ApiError (429)."""
        if sum(_is_crawled(one) for one in self.existing(now)) >= MOST_CRAWLS:
            raise ApiError(429, f"Concurrent crawl limit reached ({MOST_CRAWLS}).")  # assumed: crawls-text


def _is_crawled(record: Record) -> bool:
    """Say whether a crawl is under way."""
    recrawled = record.fields["status"] == "recrawling"
    return record.deadline() is not None and (recrawled or record.fields["crawl_config"] is not None)


def _crawled(record: Record, at: float) -> Step:
    """Return the end of a crawl."""
    url, count = record.fields["document_url"], record.fields["crawl_count"] or 0
    pages = [url, f"{url.rstrip('/')}/getting-started"]
    return Step(at, {**_DONE, "crawled_urls": pages, "last_crawled_at": record.told(at), "crawl_count": count + 1})
