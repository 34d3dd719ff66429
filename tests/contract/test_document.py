"""Tavus's OpenAPI document itself: the committed facts are its facts, and the sandbox withstands requests made up from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tavus_provider.sandbox import Sandbox
from tests.contract.facts import DATA, DOCUMENT, derived
from tests.contract.served import served

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
"""Not among them: whether a wrong query is refused, as lists document no 400, and whether a made-up persona is accepted."""

EXAMPLES = 100
"""Requests made up for each operation and for sequences of operations, besides those for each boundary."""


def test_the_committed_facts_are_the_documents() -> None:
    """The file of facts is what the script makes of the document, so no change of Tavus's goes unseen."""
    assert DOCUMENT
    assert DATA.read_text(encoding="utf-8") == derived(DOCUMENT)


def test_the_sandbox_withstands_what_the_document_allows(tavus: Sandbox, tmp_path: Path) -> None:
    """Requests made up from the document, right or wrong, alone or in sequence, get only documented answers, and each success."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(DOCUMENT), "--url", tavus.url]
    command += ["--header", f"x-api-key: {tavus.key}", "--checks", ",".join(CHECKS), "--warnings", "off"]
    command += ["--seed", "1", "--max-examples", str(EXAMPLES), "--generation-database", "none"]
    command += [word for operation in served() for word in ("--include-name", str(operation))]

    run = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    calls = [(call["method"], call["path"], call["status"]) for call in tavus.control.calls()]
    for operation in served():
        answered = {status for method, path, status in calls if operation.is_called_by(method, path)}
        assert answered >= {status for status in operation.responses if status < 300}, operation
