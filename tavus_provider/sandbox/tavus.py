"""Tavus's own paths.

Source: Tavus API reference, Conversations, Personas and Replicas.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tavus_provider.sandbox import personas, replicas, wire
from tavus_provider.sandbox.account import Account
from tavus_provider.sandbox.conditions import Conditions
from tavus_provider.sandbox.errors import invalid_id
from tavus_provider.sandbox.routing import body_of, path
from tavus_provider.sandbox.schemas import CREATE_CONVERSATION, validate
from tavus_provider.sandbox.wire import JSON, flag, page


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
            path("/v2/personas", GET=self.list_personas),
            path("/v2/personas/{id}", GET=self.get_persona),
            path("/v2/replicas", GET=self.list_replicas),
            path("/v2/replicas/{id}", GET=self.get_replica),
        ]

    def create_conversation(self, request: Request) -> Response:
        """Create Conversation."""
        conversation = self.account.create(validate(body_of(request), CREATE_CONVERSATION), _conditions(request))
        with self.account.present():
            return JSON(wire.created(conversation))

    def list_conversations(self, request: Request) -> Response:
        """List Conversations."""
        with self.account.present() as now:
            found = page(request, self.account.existing(request.query_params.get("status"), now, _conditions(request)))
            return JSON({**found, "data": [wire.listed(one) for one in found["data"]]})

    def get_conversation(self, request: Request) -> Response:
        """Get Conversation."""
        with self.account.present() as now:
            found = self.account.find(request.path_params["id"], now, _conditions(request))
            return JSON(wire.shown(found, flag(request, "verbose")))

    def end_conversation(self, request: Request) -> Response:
        """End Conversation: 200 without a body."""
        self.account.end(request.path_params["id"], _conditions(request))
        return Response()

    def delete_conversation(self, request: Request) -> Response:
        """Delete Conversation."""
        self.account.delete(request.path_params["id"], flag(request, "hard"), _conditions(request))
        return Response(status_code=204)

    def list_personas(self, request: Request) -> Response:
        """List Personas."""
        with self.account.present():
            return JSON(page(request, personas.listed(self.account.personas, request.query_params)))

    def get_persona(self, request: Request) -> Response:
        """Get Persona: a list that holds the one persona."""
        with self.account.present():
            persona = self.account.personas.get(request.path_params["id"])
        if persona is None:
            raise invalid_id("persona_id")
        return JSON({"data": [personas.shown(persona)]})

    def list_replicas(self, request: Request) -> Response:
        """List Replicas."""  # assumed: replica-list
        with self.account.present():
            found = replicas.listed(self.account.replicas, request.query_params, flag(request, "verbose"))
            return JSON(page(request, found))

    def get_replica(self, request: Request) -> Response:
        """Get Replica."""
        with self.account.present():
            replica = self.account.replicas.get(request.path_params["id"])
        if replica is None:
            raise invalid_id("replica_id")
        return JSON(replicas.shown(replica, flag(request, "verbose")))


def _conditions(request: Request) -> Conditions:
    conditions: Conditions = request.state.conditions
    return conditions
