"""What is read from states and configurations, for what the real engine cannot easily be made to say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tavus_provider.cli.pulumi_command import PulumiCommand
from tavus_provider.cli.states import States, read_states
from tavus_provider.journal.journal import Intent
from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Opens, Runs

Pulumi = Callable[[str], None]
URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:Conversation::call"


def begun(urn: str, **more: str) -> Intent:
    """Return an intent of a resource."""
    return Intent(urn, "http://tavus", "call-1a2b3c4", True, "p1", "", "digest", 0.0, **more)


def reading(pulumi_that: Pulumi, folder: Path, *resources: dict[str, Any], stack: str = "organization/shop/dev") -> States:
    """Read the states of a backend with one stack."""
    state = json.dumps({"version": 3, "deployment": {"resources": resources} if resources else None})
    pulumi_that(f"case $2 in ls) echo '[{{\"name\": \"{stack}\"}}]';; *) echo '{state}';; esac")
    return read_states(PulumiCommand(folder))


@pytest.mark.parametrize("order", [1, -1])
def test_who_owns_it_counts_before_who_reads_it(pulumi_that: Pulumi, tmp_path: Path, order: int) -> None:
    """Where one resource has a conversation and another one only reads it, the former is named."""
    pair: list[dict[str, Any]] = [{"urn": URN, "id": "c1"}, {"urn": f"{URN}-read", "id": "c1", "external": True}]
    holder = reading(pulumi_that, tmp_path, *pair[::order]).holders["c1"]
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
    pulumi_that: Pulumi, tmp_path: Path, stack: str, resources: list[dict[str, Any]], covered: bool
) -> None:
    """Told by the resources it has; by its name where it is empty, unless the name is without its project."""
    assert reading(pulumi_that, tmp_path, *resources, stack=stack).cover(begun(URN)) is covered


def test_a_state_does_not_answer_for_another_backend(pulumi_that: Pulumi, tmp_path: Path) -> None:
    """A stack of the same name and project elsewhere is another stack."""
    states = reading(pulumi_that, tmp_path, stack="organization/shop/dev")
    assert not states.cover(begun(URN, backend="s3://elsewhere"))


def configured(pulumi_that: Pulumi, **stacks: dict[str, str]) -> None:
    """Bring a project with stacks of these configurations."""
    Path("Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    names = json.dumps([{"name": f"organization/shop/{name}"} for name in stacks])
    cases = [
        f"--stack=organization/shop/{name}) echo '{json.dumps({key: {'value': value} for key, value in values.items()})}';;"
        for name, values in stacks.items()
    ]
    pulumi_that(f"case $2 in ls) echo '{names}';; {' '.join(cases)} *) echo organization/shop/${{2#--stack=}};; esac")


def test_the_stack_comes_before_the_environment(sandbox: Sandbox, opens: Opens, run: Runs, pulumi_that: Pulumi) -> None:
    """As it does for the provider; what the stack leaves out is taken from the environment."""
    id_ = opens()
    configured(pulumi_that, dev={"tavus:apiKey": sandbox.key}, prod={"tavus:apiKey": "another"}, empty={})
    assert id_ in run("--stack", "dev", TAVUS_API_KEY="wrong").output
    assert id_ in run("--stack", "empty").output
    assert "401" in run("--stack", "prod").output


def test_stacks_of_several_accounts_are_refused(sandbox: Sandbox, run: Runs, pulumi_that: Pulumi) -> None:
    """One list cannot be compared with two accounts; neither key is shown."""
    configured(pulumi_that, dev={"tavus:apiKey": sandbox.key}, prod={"tavus:apiKey": "another-key"})
    refused = run("--orphans", "--stack", "dev", "--stack", "prod")
    assert refused.exit_code == 1
    assert "the stacks organization/shop/dev, organization/shop/prod have not all the same account" in refused.output
    assert "another-key" not in refused.output
    assert sandbox.control.calls() == []
