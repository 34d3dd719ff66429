"""What is read from states and configurations, for what the real engine cannot easily be made to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tavus_provider.cli.stacks import Stacks
from tavus_provider.cli.states import States, read_states
from tavus_provider.journal.journal import Intent
from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Create, InstallPulumi, Run, configuration_json, list_stacks

URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:Conversation::call"


def intent_of(urn: str, **more: str) -> Intent:
    """Return an intent of a resource."""
    return Intent(urn, "http://tavus", "call-1a2b3c4", True, "p1", "", "digest", 0.0, **more)


def read(install_pulumi: InstallPulumi, folder: Path, *resources: dict[str, Any], stack: str = "organization/shop/dev") -> States:
    """Read the states of a backend with one stack."""
    state = json.dumps({"version": 3, "deployment": {"resources": resources} if resources else None})
    install_pulumi(f"case $* in *'stack ls'*) echo '{list_stacks(stack)}';; *) echo '{state}';; esac")
    return read_states(Stacks(folder))


@pytest.mark.parametrize("order", [1, -1])
def test_who_owns_it_counts_before_who_reads_it(install_pulumi: InstallPulumi, tmp_path: Path, order: int) -> None:
    """Where one resource has a conversation and another one only reads it, the former is named."""
    pair: list[dict[str, Any]] = [{"urn": URN, "id": "c1"}, {"urn": f"{URN}-read", "id": "c1", "external": True}]
    holder = read(install_pulumi, tmp_path, *pair[::order]).holders["c1"]
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
def test_a_state_answers_for_its_own_stack_only(
    install_pulumi: InstallPulumi, tmp_path: Path, stack: str, resources: list[dict[str, Any]], covered: bool
) -> None:
    """Told by the resources it has; by its name where it is empty, unless the name is without its project."""
    assert read(install_pulumi, tmp_path, *resources, stack=stack).covers(intent_of(URN)) is covered


def test_a_state_does_not_answer_for_another_backend(install_pulumi: InstallPulumi, tmp_path: Path) -> None:
    """A stack of the same name and project elsewhere is another stack."""
    states = read(install_pulumi, tmp_path, stack="organization/shop/dev")
    assert not states.covers(intent_of(URN, backend="s3://elsewhere"))


def configure(install_pulumi: InstallPulumi, **stacks: dict[str, str]) -> None:
    """Bring a project with stacks of these configurations."""
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
    """As it does for the provider; what the stack leaves out is taken from the environment."""
    id_ = create()
    configure(install_pulumi, dev={"tavus:apiKey": sandbox.key}, prod={"tavus:apiKey": "another"}, empty={})
    assert id_ in run("--stack", "dev", TAVUS_API_KEY="wrong").output
    assert id_ in run("--stack", "empty").output
    assert "401" in run("--stack", "prod").output


def test_stacks_of_several_accounts_are_refused(sandbox: Sandbox, run: Run, install_pulumi: InstallPulumi) -> None:
    """One list cannot be compared with two accounts; neither key is shown."""
    configure(install_pulumi, dev={"tavus:apiKey": sandbox.key}, prod={"tavus:apiKey": "another-key"})
    refused = run("--orphans", "--stack", "dev", "--stack", "prod")
    assert refused.exit_code == 1
    assert "the stacks organization/shop/dev, organization/shop/prod do not all have the same account" in refused.output
    assert "another-key" not in refused.output
    assert sandbox.control.calls() == []
