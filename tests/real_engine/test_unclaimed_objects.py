"""Documents and replicas of interrupted runs whose resource is no longer declared, on the real engine."""

from __future__ import annotations

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack


def test_a_document_that_no_resource_claims_is_named_with_its_id(sandbox: Sandbox, stack: Stack) -> None:
    """A program that no longer declares it says which one may be left, and what to do."""
    sandbox.control.set_behaviour(processing=0)
    stack.program("tavus.Document('it', document_url='https://docs.example.com/a.pdf')\n")
    stack.up()
    document = stack.resources()["it"]
    stack.pulumi("state", "delete", "--yes", document["urn"])
    stack.program("")
    name = document["outputs"]["document_name"]
    assert f"document '{name}' ({document['id']}) was made for {document['urn']}, which is not declared any more" in stack.up()
