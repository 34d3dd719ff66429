"""Tavus's own paths: those of conversations, and those of all that they are made of.

Source: Tavus API reference, Conversations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tavus_provider.sandbox import wire
from tavus_provider.sandbox.account import Account
from tavus_provider.sandbox.conversations import Conversation
from tavus_provider.sandbox.pages import Pages
from tavus_provider.sandbox.routing import body_of, conditions_of, path
from tavus_provider.sandbox.schemas import CREATE_CONVERSATION, validate
from tavus_provider.sandbox.spellings import newer, older, says_newer
from tavus_provider.sandbox.wire import JSON, flag

_PAGES = Pages()


class TavusPaths:
    """The handlers of Tavus's paths, over one account."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[Route]:
        """Return what Tavus offers and the sandbox knows."""
        return [
            path("/v2/conversations", GET=self.list_conversations, POST=self.create_conversation),
            path("/v2/conversations/{id}", GET=self.get_conversation, DELETE=self.delete_conversation),
            path("/v2/conversations/{id}/end", POST=self.end_conversation),
            *(route for collection in self.account.collections.values() for route in collection.routes()),
        ]

    def create_conversation(self, request: Request) -> Response:
        """Create Conversation."""
        body = body_of(request)
        given = older(body) if isinstance(body, Mapping) else body
        conversation = self.account.create(validate(given, CREATE_CONVERSATION), conditions_of(request))
        with self.account.present():
            conversation.in_newer = isinstance(body, Mapping) and says_newer(body)
            return JSON(wire.created(conversation))

    def list_conversations(self, request: Request) -> Response:
        """List Conversations."""
        with self.account.present() as now:
            found = self.account.existing(request.query_params.get("status"), now, conditions_of(request))
            page = _PAGES.cut(request.query_params, found)
            return JSON({**page, "data": [_as_created(one, wire.listed(one)) for one in page["data"]]})

    def get_conversation(self, request: Request) -> Response:
        """Get Conversation."""
        with self.account.present() as now:
            found = self.account.find(request.path_params["id"], now, conditions_of(request))
            return JSON(_as_created(found, wire.shown(found, flag(request.query_params, "verbose"))))

    def end_conversation(self, request: Request) -> Response:
        """End Conversation: 200 without a body."""
        self.account.end(request.path_params["id"], conditions_of(request))
        return Response()

    def delete_conversation(self, request: Request) -> Response:
        """Delete Conversation."""
        self.account.delete(request.path_params["id"], flag(request.query_params, "hard"), conditions_of(request))
        return Response(status_code=204)


def _as_created(conversation: Conversation, body: dict[str, Any]) -> Any:
    """Return the body in the spelling in which the conversation was created."""  # assumed: spelling-kept
    return newer(body) if conversation.in_newer else body
