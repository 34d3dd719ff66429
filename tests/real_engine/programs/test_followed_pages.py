"""Tutorial and how-to pages, followed line by line on the real engine against a local Tavus."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.followed import write_script
from tests.support.objects import remaining_objects
from tools.stacks import ROOT

PROJECT = "name: my-call\nruntime:\n  name: python\n  options:\n    toolchain: pip\n    virtualenv: .venv\n"
Follow = Callable[..., str]


@pytest.fixture
def follow(tmp_path: Path, sandbox: Sandbox) -> Follow:
    """Return a function that follows a page in a folder of its own, and returns what the commands printed."""
    stack = Stack(tmp_path / "my-call", tmp_path / "state", {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url})
    stack.state.mkdir()
    stack.project.mkdir()
    (stack.project / ".venv").symlink_to(sys.prefix)
    (stack.project / "Pulumi.yaml").write_text(PROJECT)  # of the tutorial

    def run(page: str, before: str = "", after: str = "", addresses: dict[str, str] | None = None) -> str:
        script = write_script(page, {"http://127.0.0.1:8080": sandbox.url, **(addresses or {})})
        return stack.run_script(before + script + after)

    return run


def test_the_tutorial_leads_from_nothing_to_nothing(follow: Follow, sandbox: Sandbox) -> None:
    """It replaces the call once, changes the persona in place, and leaves nothing."""
    printed = follow("tutorial")
    assert "1 to replace" in printed
    assert "1 updated" in printed
    assert [each["status"] for each in sandbox.control.books()["conversations"]] == ["ended", "ended"]
    assert remaining_objects(sandbox) == []


def test_a_script_becomes_a_program(follow: Follow, sandbox: Sandbox) -> None:
    """The program takes over the script's call, makes its own, and at the end imports another one without a change."""
    complete = "sed -i s/PERSONA_ID/$(cut -d ' ' -f 1 ids)/ __main__.py\npulumi preview --expect-no-changes\n"
    printed = follow("from-a-script", before="pulumi stack init dev\n", after=complete)
    assert "1 active conversation" in printed
    assert sandbox.control.books()["active"] == 1


def test_stages_differ_by_configuration_and_ci_goes_through_them(follow: Follow, sandbox: Sandbox) -> None:
    """Only the calls of stage and prod are billed; the sweep of the page on CI finds none that no stack knows."""
    follow("stacks")
    assert [each["test_mode"] for each in sandbox.control.books()["conversations"]] == [True, False, False]
    follow("ci")
    assert sandbox.control.books()["active"] == 2


def test_several_accounts_each_have_their_call(follow: Follow, sandbox: Sandbox) -> None:
    """The account's call is at the other Tavus, each command lists its own, and destroy ends both."""
    with Sandbox(key="partner") as partner:
        printed = follow("several-accounts", addresses={"http://127.0.0.1:8081": partner.url})
        assert printed.count("1 active conversation") == 2
        assert [len(each.control.books()["conversations"]) for each in (sandbox, partner)] == [1, 1]
        assert [each.control.books()["active"] for each in (sandbox, partner)] == [0, 0]


def test_a_receiver_gets_the_webhooks_and_the_address_stays_secret(follow: Follow, sandbox: Sandbox) -> None:
    """The receiver prints both events; the address, which has the token, is in nothing that was printed."""
    printed = follow("webhooks", addresses={"8090": str(find_free_port())})
    assert "system.replica_joined" in printed
    assert "participant_left_timeout reached" in printed
    (call,) = sandbox.control.books()["conversations"]
    assert call["callback_url"].rpartition("/")[2] not in printed


def test_the_persona_of_an_agent_needs_no_prompt(follow: Follow, sandbox: Sandbox) -> None:
    """Tavus gets the mode and the transport, and the stack starts no call."""
    follow("livekit-pipecat")
    (persona,) = [each for each in sandbox.control.objects("personas") if each["persona_name"] == "avatar"]
    assert (persona["pipeline_mode"], persona["layers"]["transport"]) == ("echo", {"transport_type": "livekit"})
    assert sandbox.control.books()["conversations"] == []


def test_what_was_made_by_hand_is_adopted_as_it_is(follow: Follow, sandbox: Sandbox) -> None:
    """The export's program changes nothing until somebody edits it; then the same persona has the new prompt."""
    printed = follow("adopt")
    assert "You are a coach." in printed
    (persona,) = [each for each in sandbox.control.objects("personas") if each["persona_name"] == "Coach"]
    assert persona["system_prompt"] == "You are a patient coach."


def find_free_port() -> int:
    """Return a port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_every_page_that_leads_through_a_program_is_followed() -> None:
    """A page on which a reader writes a program and makes a stack has a test above."""
    pages = {path.stem: path.read_text() for path in ROOT.glob("docs/*.md")}
    leading = {name for name, text in pages.items() if "`__main__.py`:\n\n```" in text and "pulumi stack init" in text}
    assert leading >= {"tutorial", "stacks"}
    assert leading - set(re.findall(r'follow\("([\w-]+)"', Path(__file__).read_text())) == set()
