"""Deployment: what a program declares; see objects/deployment.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.deployment import DeploymentArgs, DeploymentLifecycle, DeploymentState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class DeploymentProvider(Provider):
    """Provider that serves deployments to the engine; its path is stored in users' state."""

    lifecycle = DeploymentLifecycle


@add_documentation(DeploymentArgs, source="Tavus API reference, Create Deployment; Tavus docs, Deployments Overview")
class Deployment(DeploymentState, TavusObject, module="tavus", name="Deployment", provider=DeploymentProvider):
    """A persona on a web page: a widget, an embed or a landing page.

    It costs nothing until a visitor comes, and each call that one starts is billed: give `limits`. It changes in place, so that
    pages which have its id never notice; another channel is another deployment. How much it was used changes with every call, so
    that is no output: `get_deployment` tells it.

    Example:
        receptionist = tavus.Persona(
            "receptionist",
            system_prompt="You answer the questions of visitors.",
            default_replica_id="r90bbd427f71",
        )
        desk = tavus.Deployment(
            "desk",
            persona=receptionist,
            channel="widget",
            name="Front desk",
            allowed_origins=["https://www.example.com"],
            limits={"daily_call_limit": 200, "concurrent_call_limit": 2, "max_call_duration": 600},
        )
        pulumi.export("html", desk.embed_html)

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[DeploymentArgs]) -> None:
        super().__init__(DeploymentProvider(), resource_name, args, opts)
        if not args.get("limits") and not args.get("existing_deployment_id"):
            pulumi.log.warn(
                "limits is missing: anybody who finds the page can start any number of calls, and each is billed", self
            )
