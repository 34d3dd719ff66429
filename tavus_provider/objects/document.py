"""Document: a file, page or website that personas know.

The surprising rule: Tavus reads it once; only a recrawl, or another document, sees what the URL has later.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Required, TypedDict

from ..api.call import Call
from ..api.errors import ApiError, InputError, OutcomeUnknown, RateLimited, ServerError
from ..api.paths import path_to
from ..api.retry import retry_on
from ..lifecycle.base import Props
from ..lifecycle.json_patch import Operation, make_merge_patch
from ..lifecycle.processed_object import ProcessedObjectLifecycle
from ..lifecycle.tavus_object import Extra, OnDestroy, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.formats import validate_http_url
from ..schema.outputs import CREATED_AT, Out
from ..schema.signed_urls import remove_signature
from ..schema.validation import Failure

_Later = functools.partial(Field, write_only=True, source="tavus-cli 0.11.0, Tavus's own client")
"""Inputs that Tavus's API reference lacks: Update Document cannot change them, and Get Document may leave them out."""
_Own = functools.partial(Field, wire_path=None, replaces=False, source="tavus_provider")


class CrawlArgs(TypedDict, total=False):
    """Limits of a crawl from its first page."""

    depth: Annotated[Input[int], Field("How many links away from the first page.", minimum=1, maximum=10)]
    max_pages: Annotated[Input[int], Field("Most pages.", minimum=1, maximum=100)]


class DocumentArgs(TypedDict, total=False):
    """The inputs of a document."""

    document_url: Required[
        Annotated[
            Input[str],
            Field(
                "Address of a file of at most 50 MB or of a web page; a new signature in it is no change.",
                validator=validate_http_url,
                normalize=remove_signature,
                sensitive=True,
            ),
        ]
    ]
    document_name: Annotated[Input[str], Field("Name; `<resource>-<7 hex digits>` where none is given.", replaces=False)]
    tags: Annotated[Input[Sequence[Input[str]]], Field("Tags by which personas and conversations take it.", replaces=False)]
    participant_tags: Annotated[
        Input[Sequence[Input[str]]],
        _Later("Tags of participants; only conversations that have one of them in participant_tags use the document."),
    ]
    custom_description: Annotated[Input[str], _Later("What it is about, for the model that decides when to use it.")]
    callback_url: Annotated[
        Input[str], Field("Receives a webhook for each change of its status.", validator=validate_http_url, sensitive=True)
    ]
    crawl: Annotated[Input[CrawlArgs], Field("Follows a website's links; else only the page itself is read.")]
    recrawl_triggers: Annotated[
        Input[Sequence[Any]],
        _Own("Any values; when one changes, a crawled website is crawled again, which Tavus does once in an hour at most."),
    ]
    wait_for_ready: Annotated[
        Input[int],
        _Own(
            "How long `pulumi up` waits until Tavus has read it, where Pulumi's own option custom_timeouts has no effect; 0 does "
            "not wait.",
            default=600,
            unit="seconds",
            minimum=0,
        ),
    ]
    extra: Extra
    existing_document_id: Annotated[Input[str], existing("a document")]
    on_destroy: OnDestroy


_REASONS = {
    "file_download_failed": "the file could not be fetched; its address has to be public, or signed for long enough",
    "file_format_unsupported": "it is none of pdf, txt, docx, doc, md, json, png, jpg, jpeg, pptx, csv, xlsx and web page",
    "file_size_too_large": "it is larger than 50 MB; make several documents of it",
    "file_empty": "there is nothing in it",
    "invalid_file_url": "its address leads to no file or page; look where it leads without a login",
    "document_processing_failed": "Tavus could not read its content; look whether the file opens elsewhere",
    "website_processing_failed": "Tavus could not read the website; it has to be public, without a login",
    "chunking_failed": "Tavus could not take it apart; try again later",
    "embedding_failed": "Tavus could not index it; try again later",
    "vector_store_failed": "Tavus could not store it; try again later",
    "contact_support": "Tavus asks you to write to support@tavus.io",
}
"""What Tavus's error codes mean. Sources: Tavus API reference, Get Document, `error_message`; tavus-cli 0.11.0 for formats."""


class DocumentState:
    """Outputs of Document."""

    document_id: Annotated[Output[str], Out("Id of the document.", example="d8-{digits}")]
    document_name: Annotated[Output[str], Out("Its name, given or chosen.", example="{name}")]
    document_url: Annotated[Output[str], Out("Where it comes from.")]
    status: Annotated[Output[str], Out("`ready`, `error`, or how far Tavus is, as of the last refresh.", example="ready")]
    error_message: Annotated[Output[str | None], Out("Why Tavus could not read it.")]
    tags: Annotated[Output[Sequence[str] | None], Out("Its tags.")]
    crawled_urls: Annotated[
        Output[Sequence[str] | None],
        Out("Pages that were crawled.", derives_from="document_url", example="https://www.example.com/", needs="crawl"),
    ]
    last_crawled_at: Annotated[
        Output[str | None], Out("Time of the last crawl, as Tavus writes it.", example=CREATED_AT.example, needs="crawl")
    ]
    created_at: Annotated[Output[str], CREATED_AT]


class DocumentLifecycle(ProcessedObjectLifecycle):
    """Lifecycle of a document. Sources: Tavus API reference, Create Document, Update Document and Recrawl Document."""

    args = DocumentArgs
    state = DocumentState
    name = "Document"
    noun = "document"
    path = "/v2/documents"
    id_field = "document_id"
    name_input = "document_name"
    needed = (name_input,)
    wait_input = "wait_for_ready"
    work = "read"
    done = "ready"
    progress_field = "progress"
    first_page = 0
    reasons = _REASONS

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes that concern more than one input."""
        if given.get("recrawl_triggers") and not given.keys() & {"crawl", self.existing}:
            yield Failure("recrawl_triggers", "requires crawl: only a crawled website can be crawled again")

    def parse(self, answer: Mapping[str, Any], known: Props) -> Props:
        """Return the document with `crawl`, which Tavus returns under another name."""
        return {**answer, "crawl": answer.get("crawl_config")}

    def send_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Send the new values as an object, since Tavus takes no JSON Patch here. A name cannot be removed, so it stays."""
        patch = make_merge_patch(operations)
        values = {name: value for name, value in patch.items() if value is not None or name != self.name_input}
        # Without the input there are no tags, which is an empty list.
        if "tags" in values:
            values["tags"] = values["tags"] or []
        if values:
            self.client.send(self.call("PATCH", id_, "update"), values)

    def is_restarted(self, olds: Props, news: Props) -> bool:
        """Tell whether a trigger has changed; removing all triggers starts no crawl."""
        triggers = news.get("recrawl_triggers")
        return bool(triggers) and triggers != olds.get("recrawl_triggers")

    def restart(self, id_: str, news: Props) -> Props:
        """Crawl again, once Tavus is done with it and has room for one more crawl."""
        return retry_on(lambda: self._recrawl(id_, news), (RateLimited,), self.patience(news))

    def _recrawl(self, id_: str, news: Props) -> Props:
        call = Call("POST", path_to(self.path, id_, "recrawl"), f"recrawl {self.noun} {id_}", self.id_field, repeatable=False)
        try:
            return self.client.send(call, {})
        except (OutcomeUnknown, ServerError):
            # The call may have had its effect although the answer was lost.
            found = self.get(id_, "read", news)
            if found.get("status") != "recrawling":
                raise
            return found
        except ApiError as error:
            if error.status != 409:
                raise
        # 409 means that Tavus still processes the document, and takes a recrawl after that.
        if not self.is_over(self.wait_until_done(id_, {"status": "being read already"}, news)):
            raise InputError(f"could not {call.doing}: Tavus is still reading it; run `pulumi up` again later") from None
        return self.client.send(call, {})
