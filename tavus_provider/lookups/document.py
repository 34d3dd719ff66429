"""
Looking up documents of the knowledge base.

Source: Tavus API reference, Get Document and List Documents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar, Unpack

import pulumi

from ..program.resource import Out
from ..resources.document import DocumentLifecycle
from ..schema.fields import Field
from .documentation import add_documentation
from .lookup import Filters, Lookup, Query, as_resource
from .program import later, now


@dataclass(frozen=True, kw_only=True)
class DocumentResult:
    """What a lookup tells of a document. Its address is left out, since it may be a signed one."""

    document_id: Annotated[str, Out("Id of the document.")]
    document_name: Annotated[str | None, Out("Its name.")]
    status: Annotated[str | None, Out("`started`, `processing`, `ready`, `error` or `recrawling`.")]
    progress: Annotated[int | None, Out("How much of it is processed, in percent.")]
    error_message: Annotated[str | None, Out("Why it could not be processed.")]
    tags: Annotated[Sequence[str] | None, Out("Its tags.")]
    crawl: Annotated[Mapping[str, Any] | None, Out("How far links are followed: `depth` and `max_pages`.")]
    crawled_urls: Annotated[Sequence[str] | None, Out("Pages that were read.")]
    last_crawled_at: Annotated[str | None, Out("Time when they were read last, as Tavus writes it.")]
    crawl_count: Annotated[int | None, Out("How often they were read.")]
    created_at: Annotated[str | None, Out("Time of creation, as Tavus writes it.")]
    updated_at: Annotated[str | None, Out("Time of the last change, as Tavus writes it.")]


Status = Literal["started", "processing", "ready", "error", "recrawling"]
State = TypeVar("State", bound=pulumi.Input[Status])
Texts = TypeVar("Texts", bound=pulumi.Input[Sequence[pulumi.Input[str]]])


class DocumentFilters(Filters, Generic[State, Texts], total=False):
    """Which documents are meant."""

    status: Annotated[State, Field("Only those of this status.")]
    tags: Annotated[Texts, Field("Only those with these tags; Tavus does not say whether one of them is enough.")]


_DOCUMENTS = Lookup(
    result=DocumentResult,
    noun="document",
    plural="documents",
    path=DocumentLifecycle.path,
    id_field=DocumentLifecycle.id_field,
    name_field="document_name",
    filters=DocumentFilters,
    first=DocumentLifecycle.first_page,
    read=as_resource(DocumentLifecycle),
)


@add_documentation
def get_document(**query: Unpack[Query[str]]) -> DocumentResult:
    """Look up one document by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return now(_DOCUMENTS.one, query)


@add_documentation
def get_document_output(**query: Unpack[Query[pulumi.Input[str]]]) -> pulumi.Output[DocumentResult]:
    """Look up one document as `get_document` does, by what may be known only later."""
    return later(_DOCUMENTS.one, query)


@add_documentation
def get_documents(**filters: Unpack[DocumentFilters[Status, Sequence[str]]]) -> list[DocumentResult]:
    """Look up all documents. Raises pulumi.RunError where that fails."""
    return now(_DOCUMENTS.many, filters)


@add_documentation
def get_documents_output(
    **filters: Unpack[DocumentFilters[pulumi.Input[Status], pulumi.Input[Sequence[pulumi.Input[str]]]]],
) -> pulumi.Output[list[DocumentResult]]:
    """Look up all documents as `get_documents` does, by what may be known only later."""
    return later(_DOCUMENTS.many, filters)
