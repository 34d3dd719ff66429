"""Lookup of deployments.

Source: Tavus API reference, Get Deployment and List Deployments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Unpack

import pulumi

from ..objects.deployment import DeploymentLifecycle, describe_page
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import CreatedAt, Document, Filters, Query, UpdatedAt, reader_for, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class DeploymentResult:
    """Result of the lookup of a deployment."""

    deployment_id: Annotated[str, Out("Id of the deployment.")]
    persona_id: Annotated[str | None, Out("Persona that visitors talk to.")]
    channel: Annotated[str | None, Out("Where visitors meet it.")]
    name: Annotated[str | None, Out("Its name.")]
    status: Annotated[str | None, Out("Whether visitors can start calls.")]
    has_password: Annotated[bool | None, Out("Whether visitors enter a password.")]
    allowed_origins: Annotated[Sequence[str] | None, Out("Origins of the pages that may show it.")]
    limits: Annotated[Mapping[str, Any] | None, Out("Limits of what visitors may start.")]
    customization: Annotated[Mapping[str, Any] | None, Out("Look and conversation.")]
    landing_page_url: Annotated[str | None, Out("Address of the landing page.")]
    embed_html: Annotated[str | None, Out("HTML for the page that shows a widget or an embed.")]
    usage_total: Annotated[int | None, Out("Calls since its creation.")]
    usage_today: Annotated[int | None, Out("Calls of today.")]
    created_at: CreatedAt
    updated_at: UpdatedAt


_read_as_resource = reader_for(DeploymentLifecycle)


def _read(answer: Document) -> Document:
    """Return the deployment in an answer, which calls the persona a PAL."""
    document = _read_as_resource(answer)
    page = describe_page(str(answer.get("deployment_id")), str(document.get("channel")))
    return {"persona_id": answer.get("pal_id"), **document, **page}


_DEPLOYMENTS = resource_lookup(DeploymentLifecycle, DeploymentResult, name_field="name", read=_read)


@add_documentation
def get_deployment(**query: Unpack[Query[str]]) -> DeploymentResult:
    """Look up one deployment by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_DEPLOYMENTS.find_one, query)


@add_documentation
def get_deployment_output(**query: Unpack[Query[pulumi.Input[str]]]) -> pulumi.Output[DeploymentResult]:
    """Look up one deployment as `get_deployment` does, by values that may be known only later."""
    return look_up_output(_DEPLOYMENTS.find_one, query)


@add_documentation
def get_deployments(**filters: Unpack[Filters]) -> list[DeploymentResult]:
    """Look up all deployments. Raises pulumi.RunError where that fails."""
    return look_up(_DEPLOYMENTS.list_all, filters)


@add_documentation
def get_deployments_output(**filters: Unpack[Filters]) -> pulumi.Output[list[DeploymentResult]]:
    """Look up all deployments as `get_deployments` does, by values that may be known only later."""
    return look_up_output(_DEPLOYMENTS.list_all, filters)
