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
from tests.contract.facts import CONTRACT, DATA, DOCUMENT, derive

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
    since HTTP allows none. A persona whose dictionary was deleted has null in its place, as the document says in prose. The
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
    return re.sub("(?<!pronunciation_)dictionary_id", "pronunciation_dictionary_id", json.dumps(content))


def unreached(tavus: Sandbox) -> list[str]:
    """Return the operations without a successful call."""
    succeeded = [(call["method"], call["path"]) for call in tavus.control.calls() if (call["status"] or 500) < 300]
    return [str(each) for each in CONTRACT.values() if not any(each.is_called_by(*call) for call in succeeded)]


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
