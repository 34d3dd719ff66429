"""Replica: what a program declares; see objects/replica.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.replica import ReplicaArgs, ReplicaLifecycle, ReplicaState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class ReplicaProvider(Provider):
    """Provider that serves replicas to the engine; its path is stored in users' state."""

    lifecycle = ReplicaLifecycle


@add_documentation(ReplicaArgs, source="Tavus API reference, Create Replica")
class Replica(ReplicaState, TavusObject, module="tavus", name="Replica", provider=ReplicaProvider):
    """A replica: a face and voice, trained from a video or an image. Tavus also calls it a Face.

    Only its name and its default voice change in place. Anything else needs another training, of hours and quota, so such a
    change is an error unless `allow_retrain` is set. Deleting keeps the footage unless `on_destroy` is `delete_hard`. The persons
    in it have to consent.

    Example:
        anna = tavus.Replica(
            "anna",
            replica_name="Anna",
            train_video_url="https://footage.example.com/anna.mp4",
            wait_for_training=21600,
        )
        host = tavus.Persona(
            "host",
            system_prompt="You welcome guests.",
            default_replica=anna,
        )

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[ReplicaArgs]) -> None:
        super().__init__(ReplicaProvider(), resource_name, args, opts)
