"""Lookup of documents of the knowledge base.

Source: Tavus API reference, Get Document and List Documents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar, Unpack

import pulumi

from ..objects.document import DocumentLifecycle
from ..schema.annotations import Input
from ..schema.fields import Field
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import CreatedAt, Filters, Query, UpdatedAt, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class DocumentResult:
    """Result of the lookup of a document. Its address is left out, since it may be a signed one."""

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
    created_at: CreatedAt
    updated_at: UpdatedAt


Status = Literal["started", "processing", "ready", "error", "recrawling"]
State = TypeVar("State", bound=Input[Status])
Tags = TypeVar("Tags", bound=Input[Sequence[Input[str]]])


class DocumentFilters(Filters, Generic[State, Tags], total=False):
    """Filters of the list of documents."""

    status: Annotated[State, Field("Only those of this status.")]
    tags: Annotated[Tags, Field("Only those with these tags; the documentation of Tavus does not say whether one is enough.")]


_DOCUMENTS = resource_lookup(
    DocumentLifecycle,
    DocumentResult,
    name_field="document_name",
    filters=DocumentFilters,
    first_page=DocumentLifecycle.first_page,
)


@add_documentation
def get_document(**query: Unpack[Query[str]]) -> DocumentResult:
    """Look up one document by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_DOCUMENTS.find_one, query)


@add_documentation
def get_document_output(**query: Unpack[Query[pulumi.Input[str]]]) -> pulumi.Output[DocumentResult]:
    """Look up one document as `get_document` does, by values that may be known only later."""
    return look_up_output(_DOCUMENTS.find_one, query)


@add_documentation
def get_documents(**filters: Unpack[DocumentFilters[Status, Sequence[str]]]) -> list[DocumentResult]:
    """Look up all documents. Raises pulumi.RunError where that fails."""
    return look_up(_DOCUMENTS.list_all, filters)


@add_documentation
def get_documents_output(
    **filters: Unpack[DocumentFilters[pulumi.Input[Status], pulumi.Input[Sequence[pulumi.Input[str]]]]],
) -> pulumi.Output[list[DocumentResult]]:
    """Look up all documents as `get_documents` does, by values that may be known only later."""
    return look_up_output(_DOCUMENTS.list_all, filters)
