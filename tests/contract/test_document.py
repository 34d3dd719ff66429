"""Tavus's OpenAPI document itself: the committed facts are its facts, and the sandbox withstands requests made up from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tavus_provider.sandbox import Sandbox
from tests.contract.facts import CONTRACT, DATA, DOCUMENT, called, derived
from tests.contract.served import served

assert DOCUMENT is not None

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
EXAMPLES = 60
"""Requests that are made up for each operation, besides those for every boundary and those in sequence."""


def test_the_committed_facts_are_the_documents() -> None:
    """The file of facts is what the script makes of the document: no change of Tavus's goes unseen."""
    assert DATA.read_text(encoding="utf-8") == derived(DOCUMENT)


def test_the_sandbox_withstands_whatever_the_document_allows(tavus: Sandbox, tmp_path: Path) -> None:
    """Requests made up from the document, right and wrong, alone and in sequence, get only answers that it documents."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(DOCUMENT), "--url", tavus.url]
    command += ["--header", f"x-api-key: {tavus.key}", "--checks", ",".join(CHECKS), "--seed", "1", "--max-examples", str(EXAMPLES)]
    command += ["--generation-database", "none", "--warnings", "off"]
    command += [word for operation in served() for word in ("--include-name", str(operation))]

    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "COLUMNS": "160"})

    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(served())} selected" in run.stdout
    assert unreached(tavus) == []


def unreached(tavus: Sandbox) -> list[str]:
    """Return each success that the document has for an operation that is served, and that no request brought about."""
    answered = {}
    for call in tavus.control.calls():
        if any(each.is_called_by(call["method"], call["path"]) for each in CONTRACT.values()):
            answered[str(called(call["method"], call["path"])), call["status"]] = True
    return [f"{each} {status}" for each in served() for status in each.responses if status < 300 and (str(each), status) not in answered]
