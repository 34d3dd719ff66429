"""Operations of Tavus's API, by name, as faults refer to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Operation = Literal[
    "create",
    "list",
    "get",
    "end",
    "delete",
    "create_persona",
    "list_personas",
    "get_persona",
    "patch_persona",
    "delete_persona",
    "create_dictionary",
    "list_dictionaries",
    "get_dictionary",
    "patch_dictionary",
    "delete_dictionary",
    "create_guardrails",
    "list_guardrails",
    "get_guardrails",
    "patch_guardrails",
    "delete_guardrails",
    "create_objectives",
    "list_objectives",
    "get_objectives",
    "patch_objectives",
    "delete_objectives",
    "create_document",
    "list_documents",
    "get_document",
    "patch_document",
    "delete_document",
    "recrawl_document",
    "create_replica",
    "list_replicas",
    "get_replica",
    "rename_replica",
    "delete_replica",
    "create_deployment",
    "list_deployments",
    "get_deployment",
    "patch_deployment",
    "delete_deployment",
    "create_tool",
    "list_tools",
    "get_tool",
    "patch_tool",
    "delete_tool",
    "list_attached_tools",
    "attach_tools",
    "detach_tool",
    "list_attached_skills",
    "replace_skills",
    "get_attached_skill",
    "attach_skill",
    "patch_attached_skill",
    "detach_skill",
    "list_skills",
    "create_voice",
    "list_voices",
    "get_voice",
    "patch_voice",
    "delete_voice",
    "create_video",
    "list_videos",
    "get_video",
    "rename_video",
    "delete_video",
    "create_transcription",
    "list_transcriptions",
    "get_transcription",
    "delete_transcription",
    "create_replacement",
    "list_replacements",
    "get_replacement",
    "delete_replacement",
    "create_lipsync",
    "list_lipsync",
    "get_lipsync",
    "delete_lipsync",
]
"""Name of a call, one for each operation of Tavus's API; the first five are those on conversations."""

_VERBS = {
    "create": ("POST", ""),
    "list": ("GET", ""),
    "get": ("GET", "/*"),
    "patch": ("PATCH", "/*"),
    "delete": ("DELETE", "/*"),
    "rename": ("PATCH", "/*/name"),
    "recrawl": ("POST", "/*/recrawl"),
    "end": ("POST", "/*/end"),
}
_NOUNS = {"": "conversations", "dictionary": "pronunciation-dictionaries", "dictionaries": "pronunciation-dictionaries"}
# Nouns that have no plural of their own in Tavus's paths.
_UNCOUNTABLE = ("guardrails", "objectives", "lipsync")

_ATTACHMENTS: Mapping[str, tuple[str, str]] = {
    "list_attached_tools": ("GET", "tools"),
    "attach_tools": ("POST", "tools"),
    "detach_tool": ("DELETE", "tools/*"),
    "list_attached_skills": ("GET", "skills"),
    "replace_skills": ("PUT", "skills"),
    "get_attached_skill": ("GET", "skills/*"),
    "attach_skill": ("PUT", "skills/*"),
    "patch_attached_skill": ("PATCH", "skills/*"),
    "detach_skill": ("DELETE", "skills/*"),
}
"""Operations on what is attached to a persona, which only the newer paths have."""


def _endpoint(operation: str) -> tuple[str, str]:
    if operation in _ATTACHMENTS:
        method, rest = _ATTACHMENTS[operation]
        return method, f"/v2/pals/*/{rest}"
    verb, _, noun = operation.partition("_")
    method, rest = _VERBS[verb]
    plural = noun if noun in _UNCOUNTABLE or verb == "list" else f"{noun}s"
    return method, f"/v2/{_NOUNS.get(noun, plural)}{rest}"


OPERATIONS: Mapping[Operation, tuple[str, str]] = {operation: _endpoint(operation) for operation in get_args(Operation)}
"""Method and path of each operation; `*` stands for an id."""
