"""Tavus's OpenAPI document itself: its facts are the committed ones, and the sandbox handles requests generated from it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tavus_provider.sandbox import Sandbox
from tests.contract.facts import CONTRACT, DATA, DOCUMENT, DOCUMENTED, Fields, Operation, derive

METHODS = ("get", "post", "patch", "delete")

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
    "unsupported_method",
)
"""Left out: whether a wrong query is refused, as lists document no 400, and whether an invented persona is accepted."""

EXAMPLES = 100
"""Generated requests for each operation and for sequences of operations, besides those for each boundary."""


def amend(document: Path) -> str:
    """Return the document with the sandbox's deliberate answers beyond it.

    Every operation requires the key. Operations without documented errors refuse bad requests all the same. 304 has no body,
    since HTTP allows none. Operations that are newer than the document are added to it. Tags of voices are objects in the
    document and strings since. A persona whose dictionary was deleted has null in its place, as the document says in prose. The
    parameter dictionary_id gets the name of the field that holds it, so that generated sequences find its value.
    """
    # assumed: auth-first, job-errors
    content = yaml.safe_load(document.read_text(encoding="utf-8"))
    for path in content["paths"].values():
        for operation in [path[method] for method in METHODS if method in path]:
            answers = operation["responses"]
            if not any(status >= "400" for status in answers):
                answers["400"] = _error("error")
            answers.setdefault("401", _error("message"))
            answers.get("304", {}).pop("content", None)
    for path in ("/v2/personas", "/v2/personas/{persona_id}"):
        shown = content["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        layers = shown["properties"]["data"]["items"]["properties"]["layers"]
        layers["properties"]["tts"]["properties"]["pronunciation_dictionary_id"]["nullable"] = True
    for name, operation in CONTRACT.items():
        if name not in DOCUMENTED:
            path = content["paths"].setdefault(operation.path, {})
            path.setdefault(operation.method.lower(), describe(operation))
    for path in ("/v2/voices", "/v2/voices/{voice_id}"):
        shown = content["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
        (shown["data"]["items"]["properties"] if "data" in shown else shown)["tags"]["items"] = {}
    return re.sub("(?<!pronunciation_)dictionary_id", "pronunciation_dictionary_id", json.dumps(content))


def describe(operation: Operation) -> dict[str, Any]:
    """Return an operation as OpenAPI has it."""
    parameters = [
        {"name": name, "in": place, "required": place == "path", "schema": {"type": facts["type"]}}
        for place, every in (("path", operation.path_parameters), ("query", operation.query))
        for name, facts in every.items()
    ]
    answers = {str(status): _answer(fields) for status, fields in operation.responses.items()}
    answers.setdefault("400", _error("error"))
    body = {"requestBody": {**_content(operation.request), "required": True}} if operation.request else {}
    return {"parameters": parameters, "responses": answers, **body}


def to_schema(fields: Fields, name: str = "") -> dict[str, Any]:
    """Return the OpenAPI schema of a field, the inverse of what derives the facts."""
    kept = ("type", "enum", "minimum", "maximum", "nullable")
    schema: dict[str, Any] = {key: value for key, value in fields[name].items() if key in kept}
    inner = {each.rpartition(".")[2]: each for each in fields if each and each.rpartition(".")[0] == name}
    members = {short: each for short, each in inner.items() if not short.endswith(("[]", "{}"))}
    if members:
        schema["properties"] = {short: to_schema(fields, each) for short, each in members.items()}
        schema["required"] = [short for short, each in members.items() if fields[each].get("required")]
    if f"{name}[]" in fields:
        schema["items"] = to_schema(fields, f"{name}[]")
    elif schema.get("type") == "array":
        schema["items"] = {}
    if f"{name}{{}}" in fields:
        schema["additionalProperties"] = to_schema(fields, f"{name}{{}}")
    return {key: value for key, value in schema.items() if (key, value) != ("required", [])}


def _content(fields: Fields) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": to_schema(fields)}}}


def _answer(fields: Fields | None) -> dict[str, Any]:
    return {"description": "", **(_content(fields) if fields else {})}


def unreached(tavus: Sandbox) -> list[str]:
    """Return the operations of the document without a successful call; test_answers.py makes one of each newer operation."""
    succeeded = [(call["method"], call["path"]) for call in tavus.control.calls() if (call["status"] or 500) < 300]
    documented = [each for name, each in CONTRACT.items() if name in DOCUMENTED]
    return [str(each) for each in documented if not any(each.is_called_by(*call) for call in succeeded)]


def _error(key: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {key: {"type": "string"}}}
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def test_the_committed_facts_are_the_documents() -> None:
    """The script derives the committed facts from the document, so that every change by Tavus is noticed."""
    assert DOCUMENT
    assert DATA.read_text(encoding="utf-8") == derive(DOCUMENT)


def test_the_sandbox_withstands_what_the_document_allows(tavus: Sandbox, tmp_path: Path) -> None:
    """Requests generated from the document, valid or not, alone or in sequence, get documented answers only, and each success."""
    assert DOCUMENT
    tavus.control.set_behavior(processing=0)
    (tmp_path / "document.json").write_text(amend(DOCUMENT))
    command = [sys.executable, "-m", "schemathesis.cli", "run", "document.json", "--url", tavus.url]
    command += ["--header", f"x-api-key: {tavus.key}", "--checks", ",".join(CHECKS), "--warnings", "off"]
    command += ["--seed", "1", "--max-examples", str(EXAMPLES), "--generation-database", "none"]

    run = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    assert unreached(tavus) == []
