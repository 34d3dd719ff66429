"""States and configurations that the real engine cannot easily be made to return."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tavus_provider.cli.comparison.stacks import Stacks
from tavus_provider.cli.comparison.states import States, read_states
from tavus_provider.journal.intent import Intent
from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Create, InstallPulumi, Run, configuration_json, list_stacks

URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:Conversation::call"


def intent_of(urn: str, **more: Any) -> Intent:
    """Return an intent of a resource."""
    return Intent(urn, "http://tavus", "call-1a2b3c4", True, "digest", 0.0, match={"persona_id": "p1"}, **more)


def read_one(
    install_pulumi: InstallPulumi, folder: Path, *resources: dict[str, Any], stack: str = "organization/shop/dev"
) -> States:
    """Return the states of a backend with one stack."""
    state = json.dumps({"version": 3, "deployment": {"resources": resources} if resources else None})
    install_pulumi(f"case $* in *'stack ls'*) echo '{list_stacks(stack)}';; *) echo '{state}';; esac")
    return read_states(Stacks(folder))


@pytest.mark.parametrize("order", [1, -1])
def test_the_owner_of_a_conversation_is_its_holder(install_pulumi: InstallPulumi, tmp_path: Path, order: int) -> None:
    """Where one resource owns a conversation and another only reads it, the owner is its holder."""
    pair: list[dict[str, Any]] = [{"urn": URN, "id": "c1"}, {"urn": f"{URN}-read", "id": "c1", "external": True}]
    holder = read_one(install_pulumi, tmp_path, *pair[::order]).holders["c1"]
    assert (holder.urn, holder.owned) == (URN, True)


@pytest.mark.parametrize(
    ("stack", "resources", "covered"),
    [
        ("organization/shop/dev", [], True),
        ("organization/shop/dev-2", [], False),
        ("organization/shop-2/dev", [], False),
        ("dev", [], False),
        ("dev", [{"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"}], True),
    ],
)
def test_a_state_covers_its_own_stack_only(
    install_pulumi: InstallPulumi, tmp_path: Path, stack: str, resources: list[dict[str, Any]], covered: bool
) -> None:
    """The URNs of a state's resources decide; for an empty state its stack's name decides, unless that is without a project."""
    assert read_one(install_pulumi, tmp_path, *resources, stack=stack).covers(intent_of(URN)) is covered


def test_a_state_does_not_cover_another_backend(install_pulumi: InstallPulumi, tmp_path: Path) -> None:
    """A stack of the same name and project in another backend is another stack."""
    states = read_one(install_pulumi, tmp_path, stack="organization/shop/dev")
    assert not states.covers(intent_of(URN, backend="s3://elsewhere"))


def configure(install_pulumi: InstallPulumi, **stacks: dict[str, str]) -> None:
    """Write a project, and install a `pulumi` that has stacks with these configurations."""
    Path("Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    names = list_stacks(*(f"organization/shop/{name}" for name in stacks))
    cases = [
        f"*'config '*shop/{name}*) echo '{configuration_json(values)}';; *'--stack={name}'*) echo organization/shop/{name};;"
        for name, values in stacks.items()
    ]
    install_pulumi(f"case $* in *'stack ls'*) echo '{names}';; {' '.join(cases)} esac")


def test_the_stack_comes_before_the_environment(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi
) -> None:
    """The stack's configuration has priority, and the environment supplies what it lacks."""
    id_ = create()
    configure(install_pulumi, dev={"tavus:apiKey": sandbox.key}, prod={"tavus:apiKey": "another"}, empty={})
    assert id_ in run("--stack", "dev", TAVUS_API_KEY="wrong").output
    assert id_ in run("--stack", "empty").output
    assert "401" in run("--stack", "prod").output


def test_stacks_of_several_accounts_are_refused(sandbox: Sandbox, run: Run, install_pulumi: InstallPulumi) -> None:
    """The command compares with one account only, and shows neither key."""
    configure(install_pulumi, dev={"tavus:apiKey": sandbox.key}, prod={"tavus:apiKey": "another-key"})
    refused = run("--orphans", "--stack", "dev", "--stack", "prod")
    assert refused.exit_code == 1
    assert "the stacks organization/shop/dev, organization/shop/prod do not all have the same account" in refused.output
    assert "another-key" not in refused.output
    assert sandbox.control.calls() == []


LONG_CALL = {"age": 3000, "properties": {"participant_absent_timeout": 3600}}


def install_noting_pulumi(install_pulumi: InstallPulumi, stacks: list[dict[str, Any]]) -> Path:
    """Install a `pulumi` that has these stacks, and return the file in which it notes whose states were read."""
    listed = json.dumps([{"current": False, **each} for each in stacks])
    install_pulumi(f"""case $* in
  *'stack ls'*) echo '{listed}';;
  *) echo "$*" >> read; echo '{{"version": 3, "deployment": {{}}}}';;
esac""")
    return Path("read")


def read_stacks(notes: Path) -> set[str]:
    """Return the stacks whose states were read since the last call."""
    found = {line.rpartition("/")[2] for line in notes.read_text().splitlines()} if notes.exists() else set[str]()
    notes.unlink(missing_ok=True)
    return found


def test_only_states_that_can_have_a_conversation_are_read(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi
) -> None:
    """A stack that was not updated since a conversation was created cannot have it; one that the journal names is read too.

    Pulumi Cloud, which alone says whether an update is in progress, may give the time at which an update began.
    """
    times = {name: moment(ago) for name, ago in {"now": 0, "earlier": 1800, "week": 7 * 86400}.items()}
    stacks: list[dict[str, Any]] = [
        {"name": "organization/shop/never"},
        {"name": "organization/shop/busy", "updateInProgress": True},
        *({"name": f"organization/shop/{name}", "lastUpdate": time} for name, time in times.items()),
        *({"name": f"acme/shop/cloud-{name}", "lastUpdate": time, "updateInProgress": False} for name, time in times.items()),
    ]
    notes, always = install_noting_pulumi(install_pulumi, stacks), {"never", "busy"}
    new, old = create(), sandbox.control.seed(conversations=[LONG_CALL])["conversations"][0]["conversation_id"]
    relevant = {*always, "now", "cloud-now", "cloud-earlier"}

    assert (run("--end", new).exit_code, read_stacks(notes)) == (0, relevant)
    assert (run("--end", new, "unknown").exit_code, read_stacks(notes)) == (0, always)
    assert (run("--import-file", "f.json", old).exit_code, read_stacks(notes)) == (0, {*relevant, "earlier"})
    Journal().begin(replace(intent_of(URN.replace(":dev:", ":week:")), base_url=sandbox.url))
    assert (run("--orphans").exit_code, read_stacks(notes)) == (0, {*relevant, "earlier", "week"})


def moment(ago: float) -> str:
    """Return the time so many seconds ago, as `pulumi stack ls` prints it."""
    return f"{datetime.now(UTC) - timedelta(seconds=ago):%Y-%m-%dT%H:%M:%S.000Z}"
