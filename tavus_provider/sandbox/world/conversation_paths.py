"""Paths of conversations.

Source: Tavus API reference, Conversations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..api.call_conditions import conditions_of
from ..api.json_body import JsonResponse, query_boolean
from ..api.paging import Paging
from ..api.routing import make_route, read_json
from ..api.spellings import has_newer_names, to_newer, to_older
from ..api.validation import validate
from .account import Account
from .conversation import Conversation
from .conversation_bodies import creation_body, get_body, list_item
from .conversation_schema import CREATE_CONVERSATION

_PAGING = Paging()


class ConversationPaths:
    """Handlers of the paths of conversations, over one account."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[Route]:
        """Return the routes below /v2/conversations."""
        return [
            make_route("/v2/conversations", GET=self.list_conversations, POST=self.create_conversation),
            make_route("/v2/conversations/{id}", GET=self.get_conversation, DELETE=self.delete_conversation),
            make_route("/v2/conversations/{id}/end", POST=self.end_conversation),
        ]

    def create_conversation(self, request: Request) -> Response:
        """Create Conversation."""
        body = read_json(request)
        fields = to_older(body) if isinstance(body, Mapping) else body
        conversation = self.account.create_conversation(validate(fields, CREATE_CONVERSATION), conditions_of(request))
        with self.account.lock_state():
            conversation.has_newer_spelling = isinstance(body, Mapping) and has_newer_names(body)
            return JsonResponse(creation_body(conversation))

    def list_conversations(self, request: Request) -> Response:
        """List Conversations."""
        with self.account.lock_state() as now:
            found = self.account.list_conversations(request.query_params.get("status"), now, conditions_of(request))
            page = _PAGING.cut(request.query_params, found)
            return JsonResponse({**page, "data": [_respell(one, list_item(one)) for one in page["data"]]})

    def get_conversation(self, request: Request) -> Response:
        """Get Conversation."""
        with self.account.lock_state() as now:
            found = self.account.find_conversation(request.path_params["id"], now, conditions_of(request))
            return JsonResponse(_respell(found, get_body(found, query_boolean(request.query_params, "verbose"))))

    def end_conversation(self, request: Request) -> Response:
        """End Conversation: 200 without a body."""
        self.account.end_conversation(request.path_params["id"], conditions_of(request))
        return Response()

    def delete_conversation(self, request: Request) -> Response:
        """Delete Conversation."""
        self.account.delete_conversation(
            request.path_params["id"], query_boolean(request.query_params, "hard"), conditions_of(request)
        )
        return Response(status_code=204)


def _respell(conversation: Conversation, body: dict[str, Any]) -> Any:
    """Return the body in the spelling in which the conversation was created."""  # assumed: spelling-kept
    return to_newer(body) if conversation.has_newer_spelling else body
