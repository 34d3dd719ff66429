"""Deployment: a persona on a web page, which visitors start conversations with: a widget, an embed or a landing page.

The surprising rule: whoever finds the page starts conversations that are billed, as many as its limits allow.
"""

import functools
import html
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Required, TypedDict

from ..lifecycle.base import Props
from ..lifecycle.tavus_object import Extra, OnDestroy, TavusObjectLifecycle, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field, instead_of
from ..schema.outputs import CREATED_AT, Out
from ..schema.validation import Failure

if TYPE_CHECKING:
    from ..resources.persona import Persona

_InPlace = functools.partial(Field, replaces=False)
_PAGE = "https://maker.tavus.io/deployments/"


def _validate_origins(origins: Sequence[str]) -> str | None:
    wrong = [each for each in origins if each.count("/") != 2 or "://" not in each]
    return f"must be origins such as https://www.example.com, without a path, not {wrong[0]!r}" if wrong else None


class DeploymentLimitsArgs(TypedDict, total=False):
    """Limits of what visitors may start, each of whose calls is billed."""

    daily_call_limit: Annotated[Input[int], Field("Maximum calls per day.", minimum=0)]
    daily_call_limit_per_user: Annotated[Input[int], Field("Maximum calls per visitor and day.", minimum=0)]
    concurrent_call_limit: Annotated[Input[int], Field("Maximum simultaneous calls; each holds a concurrency slot.", minimum=0)]
    max_call_duration: Annotated[Input[int], Field("Longest call.", unit="seconds", minimum=1)]


class DeploymentArgs(TypedDict, total=False):
    """The inputs of a deployment."""

    persona_id: Annotated[Input[str], _InPlace("Persona that visitors talk to.", is_id=True)]
    persona: Annotated["Persona", instead_of("persona_id", "Persona of the program.")]
    channel: Required[Annotated[Input[str], Field("Where visitors meet it.", known=("widget", "embed", "landing-page"))]]
    name: Annotated[Input[str], _InPlace("Name of the deployment.")]
    status: Annotated[
        Input[str],
        _InPlace("Whether visitors can start calls.", known=("draft", "active", "inactive"), source="tavus-cli 0.11.0"),
    ]
    password: Annotated[Input[str], _InPlace("What visitors enter before they start.", secret=True, write_only=True)]
    allowed_origins: Annotated[
        Input[Sequence[Input[str]]],
        _InPlace("Origins of the pages that may show it, such as https://www.example.com.", validator=_validate_origins),
    ]
    limits: Annotated[Input[DeploymentLimitsArgs], _InPlace("Limits of what visitors may start.")]
    customization: Annotated[
        Input[Mapping[str, Any]],
        _InPlace("Look and conversation, in Tavus's form: theme, conversation, landing_page and others."),
    ]
    extra: Extra
    existing_deployment_id: Annotated[Input[str], existing("a deployment")]
    on_destroy: OnDestroy


class DeploymentState:
    """Outputs of Deployment."""

    deployment_id: Annotated[Output[str], Out("Id of the deployment, which pages have.", example="d{digits}")]
    has_password: Annotated[Output[bool | None], Out("Whether visitors enter a password.", needs="password")]
    landing_page_url: Annotated[Output[str | None], Out("Address of the landing page.")]
    embed_html: Annotated[Output[str | None], Out("HTML for the page that shows a widget or an embed.")]
    status: Annotated[Output[str | None], Out("Whether visitors can start calls.", example="active")]
    created_at: Annotated[Output[str], CREATED_AT]


class DeploymentLifecycle(TavusObjectLifecycle):
    """Lifecycle of a deployment. Sources: Tavus API reference, Create Deployment and Patch Deployment; Tavus docs, Embed."""

    args = DeploymentArgs
    state = DeploymentState
    name = "Deployment"
    noun = "deployment"
    path = "/v2/deployments"
    id_field = "deployment_id"
    naming = "pal"  # deployments are newer than the older names

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the persona that a new deployment lacks."""
        if not given.keys() & {"persona_id", self.existing}:
            yield Failure("persona_id", "is missing: give persona_id, or persona")

    def parse(self, answer: Mapping[str, Any], known: Props) -> Props:
        """Return the deployment; where Tavus says that it has no password, none is what it has."""
        found = super().parse(answer, known)
        lost = {"password": ""} if found.get("has_password") is False and known.get("password") else {}
        return {**found, **lost}

    def select_outputs(self, id_: str, answer: Props, given: Props) -> Props:
        """Return the outputs in an answer, with the addresses that follow from id and channel."""
        channel = given.get("channel") or answer.get("channel")
        return super().select_outputs(id_, {**answer, **describe_page(id_, str(channel))}, given)


def describe_page(id_: str, channel: str) -> dict[str, str]:
    """Return where visitors meet a deployment: `landing_page_url`, or `embed_html` to paste.

    Sources: Tavus docs, Embed and Widget; tavus-cli 0.11.0, recipes/deployments.py.
    """
    if channel == "landing-page":
        return {"landing_page_url": f"{_PAGE}{id_}"}
    if channel not in ("widget", "embed"):
        return {}
    element, id_ = f"tavus-{channel}", html.escape(id_)
    script = f'<script src="https://unpkg.com/@tavus/{channel}"></script>'
    return {"embed_html": f'<{element} deployment-id="{id_}"></{element}>\n{script}'}
