"""What a frozen state is about: a program, its conversations at two accounts, a bucket and a role."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack

FOLDER = Path(__file__).parent
KEY, SECOND_KEY = "tvs-frozen", "tvs-frozen-second"
HOOK = "http://127.0.0.1:9/hook?token=frozen"
ADDRESSES = ("http://tavus.frozen", "http://second.frozen")
"""What stands in frozen states for the addresses of the two accounts, which are others each time."""
_TOLD = ("conversation_name", "persona_id", "replica_id", "callback_url")


@dataclass(frozen=True)
class World:
    """Two accounts of Tavus; AWS is where boto3 looks for it."""

    first: Sandbox
    second: Sandbox

    @property
    def accounts(self) -> tuple[Sandbox, Sandbox]:
        """Return both."""
        return self.first, self.second

    def environment(self, existing: str, read: str) -> dict[str, str]:
        """Return what the frozen program and the provider are told."""
        return {
            "TAVUS_API_KEY": self.first.key,
            "TAVUS_BASE_URL": self.first.url,
            "SECOND_KEY": self.second.key,
            "SECOND_URL": self.second.url,
            "HOOK": HOOK,
            "EXISTING": existing,
            "READ": read,
        }

    def active(self) -> set[str]:
        """Return the ids of what is active in both accounts."""
        rooms = [room for account in self.accounts for room in account.control.conversations()]
        return {room["conversation_id"] for room in rooms if room["status"] == "active"}


def open_by_hand(account: Sandbox, number: int = 1, **fields: Any) -> list[str]:
    """Open long conversations past the provider; return their ids."""
    seed = {"properties": {"participant_absent_timeout": 3600}, **fields}
    return [room["conversation_id"] for room in account.control.seed(conversations=[seed] * number)["conversations"]]


def conversations_of(world: World) -> list[list[dict[str, Any]]]:
    """Return, for each account, what its conversations are called and which id they have."""
    rooms = [account.control.conversations() for account in world.accounts]
    return [[{name: room[name] for name in ("conversation_id", *_TOLD)} for room in each] for each in rooms]  # type: ignore[literal-required]


def thawed(state: str, conversations: list[list[dict[str, Any]]], world: World) -> tuple[str, dict[str, str]]:
    """
    Let everything exist that a frozen state is about; return the state with today's ids and addresses.

    The second value has today's id for each of then.
    """
    ids: dict[str, str] = {}
    for account, rooms in zip(world.accounts, conversations, strict=True):
        for room in rooms:
            (ids[room["conversation_id"]],) = open_by_hand(account, **{name: room[name] for name in _TOLD})
    addresses = dict(zip(ADDRESSES, (account.url for account in world.accounts), strict=True))
    for old, new in {**ids, **addresses}.items():
        state = state.replace(old, new)
    _make_storage(state)
    return state, ids


def _make_storage(state: str) -> None:
    """Make bucket and role, bare: all their settings have drifted."""
    for each in json.loads(state)["deployment"]["resources"]:
        if each["type"].endswith("RecordingBucket"):
            where: Any = {"LocationConstraint": each["outputs"]["region"]}
            boto3.client("s3").create_bucket(Bucket=each["outputs"]["bucket_name"], CreateBucketConfiguration=where)
        if each["type"].endswith("RecordingRole"):
            trust = json.dumps({"Version": "2012-10-17", "Statement": []})
            boto3.client("iam").create_role(RoleName=each["outputs"]["role_name"], AssumeRolePolicyDocument=trust)


def program_of(stack: Stack, text: str, environment: Mapping[str, str]) -> None:
    """Give a stack the program and what it is told."""
    (stack.project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (stack.project / "__main__.py").write_text(text)
    stack.environment.update(environment)
