"""The policies of the pack, by name."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pulumi_policy import PolicyCustomTimeouts, PolicyResourceOptions, ResourceValidationArgs

from tools.stacks import ROOT

Report = Callable[..., list[str]]


@pytest.fixture(scope="session")
def policies() -> Mapping[str, Any]:
    """Return the policies, which the pack's program loads from its own folder."""
    sys.path.insert(0, str(ROOT / "policies"))
    return {each.name: each for each in importlib.import_module("rules").POLICIES}


@pytest.fixture
def report(policies: Mapping[str, Any]) -> Report:
    """Return a function that returns what a policy reports of a resource."""

    def run(name: str, type_: str, props: Mapping[str, Any], stack: str = "prod", **config: Any) -> list[str]:
        options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
        args = ResourceValidationArgs(type_, props, f"urn:pulumi:{stack}::shop::{type_}::it", "it", options, None, config)
        reported: list[str] = []
        policies[name].validate(args, lambda message, _urn=None: reported.append(message))
        return reported

    return run
