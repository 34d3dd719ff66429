"""A document's life on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import Change, ObjectSpec, assert_shows
from tests.real_engine.stack import Stack

SITE = "https://docs.example.com/"


@pytest.fixture(autouse=True)
def quick_sandbox(sandbox: Sandbox) -> None:
    """Let Tavus process documents at once."""
    sandbox.control.set_behavior(processing=0)


SPEC = ObjectSpec(
    resource="Document",
    path="/v2/documents",
    id_field="document_id",
    given={"document_url": SITE, "document_name": "Docs", "tags": ["help"], "crawl": {"depth": 2}, "participant_tags": ["vip"]},
    updates=[
        Change({"document_name": "Guide"}, ['~ document_name: "Docs" => "Guide"']),
        Change({"tags": ["help", "new"]}, ['+ [1]: "new"']),
    ],
    by_hand={"document_name": "Mine", "tags": ["help", "old"]},
    drifted=['~ document_name: "Mine" => "Docs"', '- [1]: "old"'],
    replacements=[
        Change({"crawl": {"depth": 3}}, ["~ depth: 2 => 3"]),
        Change({"document_url": f"{SITE}new/"}, [f'~ document_url: "{SITE}" => "{SITE}new/"']),
        Change({"participant_tags": ["vip", "new"]}, ['+ [1]: "new"']),
        Change({"custom_description": "Rules."}, ['+ custom_description: "Rules."']),
        Change({"callback_url": "https://example.com/hook"}, ['+ callback_url: "https://example.com/hook"']),
    ],
    made=("POST", "GET"),
)
"""Name and tags change in place; the address does not."""


def test_a_killed_up_is_taken_over_by_the_next(sandbox: Sandbox, stack: Stack) -> None:
    """The next up waits for a document that Tavus processes while `pulumi` is killed, and creates none twice."""
    stack.program(f"tavus.Document('it', document_url={SITE!r})\n")
    sandbox.control.hold("get_document")
    stack.kill_when(sandbox.control.wait_for_held, lambda: sandbox.control.release(drop=True), "pulumi")
    sandbox.control.clear_faults()
    assert "it" not in stack.resources()
    assert "taken over: document 'it-" in stack.up()
    assert len([call for call in sandbox.control.calls() if call["method"] == "POST"]) == 1
    stack.up("--expect-no-changes")
    stack.destroy()


def program(**inputs: Any) -> str:
    """Return a program that declares one document, `it`."""
    return f"it = tavus.Document('it', **{inputs!r})\npulumi.export('status', it.status)\n"


def test_what_tavus_cannot_read_fails_the_up_and_leaves_nothing(sandbox: Sandbox, stack: Stack) -> None:
    """Pulumi prints Tavus's progress and the reason in words; the next up creates another document."""
    sandbox.control.set_behavior(processing=3)
    sandbox.control.fail_document("file_empty")
    stack.program(program(document_url=SITE))
    printed = stack.up(fails=True)
    assert_shows(printed, "started; waiting for at most 600 seconds (wait_for_ready)", ": processing, 50 %")
    assert_shows(printed, "could not be read: file_empty: there is nothing in it")
    assert "Traceback" not in printed
    assert sandbox.control.undeleted_ids() == {}
    sandbox.control.set_behavior(processing=0)
    stack.up()
    assert stack.outputs() == {"status": "ready"}
    stack.destroy()


def test_a_wait_that_was_too_short_goes_on_with_the_next_up(sandbox: Sandbox, stack: Stack) -> None:
    """The state has the document meanwhile, so that none is created twice; a link that was signed anew is no change."""
    sandbox.control.set_behavior(processing=300)
    stack.program(program(document_url=f"{SITE}a.pdf?X-Amz-Signature=a", wait_for_ready=1))
    assert_shows(stack.up(), "is not ready after 1 seconds: the next `pulumi up` waits again")
    assert stack.outputs() == {"status": "started"}
    sandbox.control.advance(300)
    stack.program(program(document_url=f"{SITE}a.pdf?X-Amz-Signature=b", wait_for_ready=1))
    stack.up()
    assert stack.outputs() == {"status": "ready"}
    stack.program(program(document_url=f"{SITE}a.pdf?X-Amz-Signature=c", wait_for_ready=1))
    stack.up("--expect-no-changes")
    assert [call["method"] for call in sandbox.control.calls()].count("POST") == 1
    stack.destroy()


def test_a_changed_trigger_crawls_again(sandbox: Sandbox, stack: Stack) -> None:
    """A changed trigger is an update in place, and the error has Tavus's words if it is too soon for a crawl."""
    given = {"document_url": SITE, "crawl": {"depth": 1}}
    stack.program(program(**given, recrawl_triggers=["v1"]))
    stack.up()
    stack.program(program(**given, recrawl_triggers=["v2"]))
    assert_shows(stack.up("--diff"), "(update)", '~ [0]: "v1" => "v2"')
    stack.up("--refresh", "--expect-no-changes")
    stack.program(program(**given, recrawl_triggers=["v3"]))
    assert_shows(stack.up(fails=True), "Recrawl cooldown: please wait 60 minutes before recrawling this document")
    (document,) = sandbox.control.objects("documents")
    assert document["crawl_count"] == 2
    stack.destroy()
