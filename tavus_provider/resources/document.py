"""Document: what a program declares; see objects/document.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.document import DocumentArgs, DocumentLifecycle, DocumentState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class DocumentProvider(Provider):
    """Provider that serves documents to the engine; its path is stored in users' state."""

    lifecycle = DocumentLifecycle


@add_documentation(DocumentArgs, source="Tavus API reference, Create Document")
class Document(DocumentState, TavusObject, module="tavus", name="Document", provider=DocumentProvider):
    """A document of the knowledge base: a file, a page or a website that personas know.

    `pulumi up` waits until Tavus has read it, so that what follows can use it; Ctrl-C takes effect after that. What Tavus cannot
    read is an error that says why, and is deleted again. Where wait_for_ready is too short, the next `pulumi up` waits again, and
    what turns out later to have failed is made anew. Name and tags change in place; another address, callback, crawl,
    description or tag of participants is another document, which comes before the old one goes.

    Example:
        handbook = tavus.Document(
            "handbook",
            document_url="https://www.example.com/handbook",
            crawl={"depth": 2, "max_pages": 20},
            tags=["handbook"],
        )
        guide = tavus.Persona(
            "guide",
            system_prompt="You answer from the handbook.",
            documents=[handbook],
        )

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[DocumentArgs]) -> None:
        super().__init__(DocumentProvider(), resource_name, args, opts)
