"""Late effects on the real engine: a killed run's call takes effect after the next run has created another conversation."""

from __future__ import annotations

from tavus_provider.sandbox import Sandbox
from tests.real_engine.commands import list_orphans
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids


def test_what_comes_late_is_attributed_and_then_ended(sandbox: Sandbox, stack: Stack) -> None:
    """Between two runs the command shows it as that resource's; the next up ends it, changes nothing else, and says so."""
    stack.environment["TAVUS_SETTLE_TIMEOUT"] = "1"
    stack.declare(persona_id=PERSONA)
    sandbox.control.hold("create", when="before")
    stack.kill_when(sandbox.control.wait_for_held, lambda: None, "pulumi")
    stack.up()
    (kept,) = active_ids(sandbox)
    sandbox.control.release()
    sandbox.control.clear_faults()
    (late,) = set(active_ids(sandbox)) - {kept}
    assert list_orphans(stack) == {late: ("interrupted", stack.resources()["call"]["urn"])}
    assert late in stack.up("--expect-no-changes")
    assert active_ids(sandbox) == [kept]
    stack.destroy()
    assert active_ids(sandbox) == []


def test_a_restored_state_names_what_it_lacks(sandbox: Sandbox, stack: Stack) -> None:
    """The state of a backup has what a later run replaced; that run's conversation is named, and attributed to its resource."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    backup = stack.export()
    stack.declare(persona_id=PERSONA, language="English")
    stack.up()
    stack.up("--expect-no-changes")
    (later,) = active_ids(sandbox)
    (stack.project / "backup.json").write_text(backup)
    stack.pulumi("stack", "import", "--file", "backup.json")
    assert f"--end {later}" in stack.refresh()
    assert list_orphans(stack) == {later: ("interrupted", stack.resources()["call"]["urn"])}
