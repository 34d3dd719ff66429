"""A document's life on the real engine."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.objects import Change, ObjectSpec, ObjectSpecification
from tests.real_engine.stack import Stack

SITE = "https://docs.example.com/"


@pytest.fixture(autouse=True)
def quick(sandbox: Sandbox) -> None:
    """Let Tavus read documents at once."""
    sandbox.control.set_behaviour(processing=0)


class TestDocument(ObjectSpecification):
    """Name and tags change in place; where it comes from does not."""

    spec = ObjectSpec(
        resource="Document",
        path="/v2/documents",
        id_field="document_id",
        given={"document_url": SITE, "document_name": "Docs", "tags": ["help"], "crawl": {"depth": 2}},
        updates=[
            Change({"document_name": "Guide"}, ['~ document_name: "Docs" => "Guide"']),
            Change({"tags": ["help", "new"]}, ['+ [1]: "new"']),
        ],
        by_hand={"document_name": "Mine", "tags": ["help", "old"]},
        drifted=['~ document_name: "Mine" => "Docs"', '- [1]: "old"'],
        replacements=[Change({"crawl": {"depth": 3}}, ["~ depth: 2 => 3"])],
        made=("POST", "GET"),
    )


def test_a_killed_up_is_taken_over_by_the_next(sandbox: Sandbox, stack: Stack) -> None:
    """A document that Tavus reads while `pulumi` is killed is waited for by the next up, and none is made twice."""
    stack.program(f"tavus.Document('it', document_url={SITE!r})\n")
    sandbox.control.hold("get_document")
    stack.killed_when(sandbox.control.wait_held, lambda: sandbox.control.release(drop=True), "pulumi")
    sandbox.control.clear_faults()
    assert "it" not in stack.resources()
    assert "taken over: document 'it-" in stack.up()
    assert len([call for call in sandbox.control.calls() if call["method"] == "POST"]) == 1
    stack.up("--expect-no-changes")
    stack.destroy()
