"""World that a frozen state refers to: two accounts of Tavus with the objects created in them, a bucket and a role."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import boto3

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.http_client import HTTP

FOLDER = Path(__file__).parent
KEY, SECOND_KEY, LLM_KEY = "tvs-frozen", "tvs-frozen-second", "sk-frozen"
HOOK = "http://127.0.0.1:9/hook?token=frozen"
ADDRESSES = ("http://tavus.frozen", "http://second.frozen")
"""Addresses of the two accounts in frozen states; the real ones differ each time."""

CREATES = {
    "/v2/conversations": "conversation_id",
    "/v2/personas": "persona_id",
    "/v2/replicas": "replica_id",
    "/v2/documents": "document_id",
    "/v2/guardrails": "guardrails_id",
    "/v2/objectives": "objectives_id",
    "/v2/deployments": "deployment_id",
    "/v2/tools": "tool_id",
    "/v2/voices": "voice_id",
    "/v2/pronunciation-dictionaries": "pronunciation_dictionary_id",
}
"""Paths that create something, each with the member of the answer that holds its id."""
_LONG = {"properties": {"participant_absent_timeout": 3600}, "persona_id": "pcb7a34da5fe"}


ATTACHMENTS = re.compile(r"/v2/pals/[^/]+/(tools|skills)")
"""Paths that attach something to a persona."""


class Made(TypedDict):
    """Object that a call created, or what one attached (without an id)."""

    path: str
    body: dict[str, Any]
    id: str


@dataclass(frozen=True)
class World:
    """Two accounts of Tavus; AWS is where boto3 looks for it."""

    first: Sandbox
    second: Sandbox

    def __post_init__(self) -> None:
        for account in self.accounts:
            account.control.set_behavior(processing=0, training=0)

    @property
    def accounts(self) -> tuple[Sandbox, Sandbox]:
        """Return both accounts."""
        return self.first, self.second

    def environment(self, existing: str, read: str) -> dict[str, str]:
        """Return the variables that the frozen program and the provider read."""
        return {
            "TAVUS_API_KEY": self.first.key,
            "TAVUS_BASE_URL": self.first.url,
            "SECOND_KEY": self.second.key,
            "SECOND_URL": self.second.url,
            "LLM_KEY": LLM_KEY,
            "HOOK": HOOK,
            "EXISTING": existing,
            "READ": read,
        }

    def active_ids(self) -> set[str]:
        """Return the ids of the active conversations in both accounts."""
        rooms = [room for account in self.accounts for room in account.control.conversations()]
        return {room["conversation_id"] for room in rooms if room["status"] == "active"}

    def remaining_objects(self) -> list[dict[str, list[str]]]:
        """Return the ids of all other objects that calls created and that still exist, for each account by kind."""
        return [account.control.undeleted_ids() for account in self.accounts]


def create(account: Sandbox, path: str, body: Mapping[str, Any]) -> str:
    """Create an object without the provider; return its id."""
    answer = HTTP.post(f"{account.url}{path}", json=body, headers={"x-api-key": account.key}).raise_for_status().json()
    return str(answer.get(CREATES[path]) or answer["uuid"])


def attach(account: Sandbox, path: str, body: Mapping[str, Any]) -> None:
    """Attach tools or skills to a persona without the provider."""
    method = "PUT" if path.endswith("/skills") else "POST"
    HTTP.request(method, f"{account.url}{path}", json=body, headers={"x-api-key": account.key}).raise_for_status()


def create_by_hand(account: Sandbox) -> str:
    """Create a long conversation without the provider; return its id."""
    return create(account, "/v2/conversations", _LONG)


def created_in(account: Sandbox) -> list[Made]:
    """Return the objects that calls created in an account and what calls attached, in their order."""
    calls = [call for call in account.control.calls() if call["method"] in ("POST", "PUT")]
    calls = [call for call in calls if call["path"] in CREATES or ATTACHMENTS.fullmatch(call["path"])]
    kinds = [_kind(call["path"], call["body"]) for call in calls]
    ids = {kind: iter(_ids(account, kind)) for kind in kinds}
    return [Made(path=call["path"], body=call["body"], id=next(ids[kind], "")) for call, kind in zip(calls, kinds, strict=True)]


def _kind(path: str, body: Mapping[str, Any]) -> Any:
    """Return the kind of what a call creates, "" where it attaches something."""
    if ATTACHMENTS.fullmatch(path):
        return ""
    return "single_guardrails" if "guardrail_name" in body else path.rpartition("/")[2].replace("-", "_")


def _ids(account: Sandbox, kind: Any) -> list[str]:
    if kind == "conversations":
        return [room["conversation_id"] for room in account.control.conversations()]
    return [str(each["id"]) for each in account.control.objects(kind) if not each["seeded"]] if kind else []


def thaw_state(state: str, made: Sequence[Sequence[Made]], world: World) -> tuple[str, dict[str, str]]:
    """Create everything that a frozen state refers to; return the state with today's ids and addresses.

    The second value has today's id for each old one.
    """
    new = dict(zip(ADDRESSES, (account.url for account in world.accounts), strict=True))
    for account, every in zip(world.accounts, made, strict=True):
        for each in every:
            path, body = (json.loads(_replace_all(json.dumps(each[name]), new)) for name in ("path", "body"))
            if each["id"]:
                new[each["id"]] = create(account, path, body)
            else:
                attach(account, path, body)
    state = _replace_all(state, new)
    _make_storage(state)
    return state, {old: today for old, today in new.items() if old not in ADDRESSES}


def _replace_all(text: str, new: Mapping[str, str]) -> str:
    for old, today in new.items():
        text = text.replace(old, today)
    return text


def _make_storage(state: str) -> None:
    """Create bucket and role without settings: all of them have drifted."""
    for each in json.loads(state)["deployment"]["resources"]:
        if each["type"].endswith("RecordingBucket"):
            where: Any = {"LocationConstraint": each["outputs"]["region"]}
            boto3.client("s3").create_bucket(Bucket=each["outputs"]["bucket_name"], CreateBucketConfiguration=where)
        if each["type"].endswith("RecordingRole"):
            trust = json.dumps({"Version": "2012-10-17", "Statement": []})
            boto3.client("iam").create_role(RoleName=each["outputs"]["role_name"], AssumeRolePolicyDocument=trust)


def set_program(stack: Stack, text: str, environment: Mapping[str, str]) -> None:
    """Give a stack its program and environment."""
    (stack.project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (stack.project / "__main__.py").write_text(text)
    stack.environment.update(environment)
