"""The sandbox's own schema of request bodies, and the check against it.

Kept apart from the provider's table of fields on purpose: the two are written from the same documents and must be
able to disagree. Source: Tavus API reference, Create Conversation and Conversation Recordings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from tavus_provider.sandbox.clock import CENTURY
from tavus_provider.sandbox.errors import ApiError

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
INTEGER: Schema = {"type": "integer"}
STRINGS: Schema = {"type": "array", "items": STRING}

# assumed: unknown-fields (no schema of Tavus's bodies forbids additional properties)


def only(**properties: Schema | bool) -> Schema:
    """Return the schema of an object with these properties and no others, as the control paths take it."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _needs(provider: str, *fields: str) -> Schema:
    """Return the rule that a storage provider needs these fields; the contract says so only in words."""
    return {"if": {"properties": {"provider": {"const": provider}}}, "then": {"required": list(fields)}}


RECORDING_STORAGE: Schema = {
    "type": "object",
    "required": ["provider"],
    "properties": {
        "provider": {"enum": ["s3", "gcs", "azure_blob"]},
        "bucket_name": STRING,
        "bucket_region": STRING,
        "assume_role_arn": STRING,
        "external_id": STRING,
        "project_id": STRING,
        "workload_identity_provider": STRING,
        "service_account_email": STRING,
        "storage_account": STRING,
        "container": STRING,
        "tenant_id": STRING,
        "client_id": STRING,
    },
    "allOf": [
        _needs("s3", "bucket_name", "bucket_region", "assume_role_arn"),
        _needs("gcs", "bucket_name", "project_id", "workload_identity_provider", "service_account_email"),
        _needs("azure_blob", "storage_account", "container", "tenant_id", "client_id"),
    ],
}

_FLAT_STORAGE = ["recording_s3_bucket_name", "recording_s3_bucket_region", "aws_assume_role_arn"]

PROPERTIES: Schema = {
    "type": "object",
    "properties": {
        "max_call_duration": INTEGER,  # assumed: duration-maximum
        "participant_left_timeout": INTEGER,
        "participant_absent_timeout": INTEGER,
        "enable_recording": BOOLEAN,
        "enable_closed_captions": BOOLEAN,
        "apply_greenscreen": BOOLEAN,
        "require_auth": BOOLEAN,
        "language": STRING,
        "recording_s3_bucket_name": STRING,
        "recording_s3_bucket_region": STRING,
        "aws_assume_role_arn": STRING,
        "recording_storage": RECORDING_STORAGE,
    },
    "dependentRequired": dict.fromkeys(_FLAT_STORAGE, _FLAT_STORAGE),  # assumed: flat-storage
}

CREATE_CONVERSATION: Schema = {
    "type": "object",
    "properties": {
        "replica_id": STRING,
        "persona_id": STRING,
        "audio_only": BOOLEAN,
        "callback_url": STRING,
        "conversation_name": STRING,
        "conversational_context": STRING,
        "custom_greeting": STRING,
        "memory_stores": STRINGS,
        "document_ids": STRINGS,
        "document_retrieval_strategy": {"enum": ["speed", "quality", "balanced"]},
        "document_tags": STRINGS,
        "test_mode": BOOLEAN,
        "require_auth": BOOLEAN,
        "max_participants": {"type": "integer", "minimum": 2},
        "properties": PROPERTIES,
    },
}

SEED_CONVERSATION: Schema = {
    "type": "object",
    "properties": {**CREATE_CONVERSATION["properties"], "age": {"type": "number", "minimum": 0, "maximum": CENTURY}},
}


def _is_integer(_checker: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_extend: Any = extend  # which has no types
# assumed: strict-integer (JSON Schema itself takes 3600.0 for an integer)
_Validator = _extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def checked(body: object, schema: Schema) -> dict[str, Any]:
    """Return what the schema knows of the body; raise ApiError (400), worded as Tavus's examples are, if it is wrong.

    Source: Tavus API reference, the examples of 400 to Create Guardrails, Create Document and Update Document.
    """
    problem = best_match(_Validator(schema).iter_errors(body))
    if problem is not None:
        raise ApiError(400, _worded(problem)[:300])
    return cast("dict[str, Any]", _known(body, schema))


def _known(value: Any, schema: Schema) -> Any:
    """Return the value without the members that the schema does not name, unless it allows any."""
    if isinstance(value, dict) and "properties" in schema and "additionalProperties" not in schema:
        members = schema["properties"]
        return {name: _known(member, members[name]) for name, member in value.items() if name in members}
    if isinstance(value, list) and "items" in schema:
        return [_known(item, schema["items"]) for item in value]
    return value


_ARTICLES = {"array": "an array", "integer": "an integer", "null": "null", "object": "an object"}


def _worded(problem: ValidationError) -> str:
    name = next((step for step in reversed(problem.absolute_path) if isinstance(step, str)), "body")
    wanted: Any = problem.validator_value
    if problem.validator == "required":
        return f"{next(each for each in wanted if each not in cast('dict[str, Any]', problem.instance))} is required"
    if problem.validator == "type":
        kinds = wanted if isinstance(wanted, list) else [wanted]
        return f"{name} must be {' or '.join(_ARTICLES.get(kind, f'a {kind}') for kind in kinds)}"
    return f"{name}: {problem.message}"


def validate(body: object, schema: Schema) -> Mapping[str, Any]:
    """Return the body when it obeys the schema; raise ApiError (400) that names the field otherwise."""
    problem = best_match(_Validator(schema).iter_errors(body))
    if problem is not None:
        where = ".".join(str(step) for step in problem.absolute_path) or "body"
        raise ApiError(400, f"{where}: {problem.message}"[:300])
    return cast("Mapping[str, Any]", body)  # every schema here is one of an object
