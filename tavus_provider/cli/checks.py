"""The checks of `tavus-provider doctor`: each returns what it found, or raises what is wrong and what to do about it."""

from __future__ import annotations

import functools
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

import semver

from ..api.errors import InputError, StorageError, TavusError
from ..journal.backend import backend_address
from ..journal.journal import Journal
from ..journal.run import Run
from ..lifecycle.base import Props
from ..lifecycle.context import Context
from ..lifecycle.operations import Operations
from ..objects.persona import PersonaLifecycle
from ..settings import Settings
from .comparison.account_view import AccountView
from .comparison.attribution import Kind
from .comparison.stacks import PulumiError, Stacks
from .terminal import format_count

LOWEST_SDK = "3.235.0"
"""Versions of Pulumi's SDK for Python before this one make every `pulumi up` replace everything."""
LOWEST_ENGINE = "3.254.0"
"""The oldest version of `pulumi` that the tests pass with."""


class Skipped(TavusError):
    """A check could not be made, or is not needed; says why."""


class Status(StrEnum):
    """Outcome of a check."""

    OK = "ok"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """Result of a check. subject: what was checked. message: what was found, and what to do about a problem, on one line."""

    subject: str
    status: Status
    message: str


@dataclass(frozen=True)
class Setup:
    """What is checked: this machine, and the account that the stacks or the environment name.

    names: stacks as the user named them. persona: an id, or "". storage: the beginning of the names of buckets and roles.
    """

    cwd: Path
    names: Sequence[str]
    persona: str
    storage: str

    @functools.cached_property
    def stacks(self) -> Stacks:
        """The stacks of the project in the folder."""
        return Stacks(self.cwd.absolute())

    @functools.cached_property
    def version(self) -> str:
        """The version of `pulumi` on PATH. Raises PulumiError."""
        return self.stacks.version()

    @functools.cached_property
    def account(self) -> AccountView:
        """The account at Tavus. Raises SettingsError, PulumiError."""
        return AccountView.find(self.cwd, self.names)

    @property
    def settings(self) -> Settings:
        """The settings of the stacks, or of the environment. Raises SettingsError, PulumiError."""
        return self.account.settings

    @functools.cached_property
    def active(self) -> list[Props]:
        """The active conversations of the account. Raises TavusError."""
        self.account.require_key()
        return list(self.account.conversations(ended=False))

    @functools.cached_property
    def caller(self) -> str:
        """The ARN that the AWS credentials are for. Raises Skipped where there are none, and TavusError."""
        from ..recording.aws.caller import find_caller
        from ..recording.aws.clients import has_credentials, require_allowed_account

        if not has_credentials(self.settings.aws):
            raise Skipped("there are no AWS credentials; only recordings need them")
        require_allowed_account(self.settings.aws, "")
        return find_caller(self.settings.aws)

    @property
    def journal(self) -> Journal:
        """The journal of this machine. Raises Unreadable."""
        journal = Journal()
        journal.require_access()
        return journal


def run_check(subject: str, check: Callable[[Setup], str], setup: Setup) -> Finding:
    """Make one check."""
    try:
        return Finding(subject, Status.OK, check(setup))
    except Skipped as reason:
        return Finding(subject, Status.SKIPPED, str(reason))
    except TavusError as error:
        return Finding(subject, Status.PROBLEM, str(error))


def _check_sdk(_: Setup) -> str:
    installed = version("pulumi")
    if semver.Version.parse(installed) < LOWEST_SDK:
        raise InputError(f"pulumi {installed} is too old: run `pip install 'pulumi>={LOWEST_SDK}'`")
    return f"pulumi {installed}, Python {platform.python_version()}"


def _check_engine(setup: Setup) -> str:
    if not semver.Version.is_valid(setup.version) or semver.Version.parse(setup.version) < LOWEST_ENGINE:
        raise PulumiError(f"pulumi {setup.version} on PATH is not tested with this package: install {LOWEST_ENGINE} or later")
    return f"pulumi {setup.version} on PATH"


def _check_backend(setup: Setup) -> str:
    _require("engine", lambda: setup.version)
    return f"{format_count(len(setup.stacks.list_all()), 'stack')} in {backend_address(setup.cwd)}"


def _check_account(setup: Setup) -> str:
    return f"{setup.settings.base_url} accepts the key; {format_count(len(setup.active), 'active conversation')}"


def _check_persona(setup: Setup) -> str:
    if not setup.persona:
        raise Skipped("--persona ID checks that the account has one")
    _require("account", lambda: setup.active)
    persona = PersonaLifecycle(Run(setup.settings), Context())
    inputs, _ = Operations(persona).import_existing(setup.persona)
    return f"{setup.persona} is {inputs['persona_name']!r}"


def _check_orphans(setup: Setup) -> str:
    _require("account", lambda: setup.active)
    report = setup.account.report(setup.active)
    interrupted, others = report.of(Kind.INTERRUPTED), report.of(Kind.UNATTRIBUTED)
    if interrupted:
        raise InputError(
            f"{format_count(len(interrupted), 'active conversation')} of interrupted runs: end them with "
            "`tavus-provider conversations --orphans --end`, or run `pulumi up` again"
        )
    if report.states.unread:
        raise PulumiError(f"could not read the state of {', '.join(report.states.unread)}, which may have active conversations")
    return f"{format_count(len(others), 'active conversation')} that no stack has, none of an interrupted run"


def _check_aws(setup: Setup) -> str:
    from ..recording.aws.clients import configured_region

    caller = setup.caller
    return f"{caller}, {configured_region(setup.settings.aws) or 'no region: each resource has to name one'}"


def _check_permissions(setup: Setup) -> str:
    from ..recording.aws.caller import find_missing_permissions

    _require("AWS credentials", lambda: setup.caller)
    try:
        missing = find_missing_permissions(setup.settings.aws, setup.caller, f"{setup.storage}-doctor")
    except StorageError as error:  # who may do everything that is needed may still not simulate
        raise Skipped(str(error)) from error
    if missing:
        raise StorageError(
            f"a RecordingStorage named {setup.storage!r} also needs {', '.join(missing)}: see docs/aws-permissions.md"
        )
    return f"a RecordingStorage named {setup.storage!r} can be created, changed and deleted"


def _check_journal(setup: Setup) -> str:
    for unreadable in setup.journal.find_unreadable():
        raise unreadable
    return f"{setup.journal.folder} has {format_count(len(list(setup.journal.intents())), 'intent')}"


def _require(what: str, find: Callable[[], object]) -> None:
    """Raise Skipped where what a check needs is missing, which another check says."""
    try:
        find()
    except TavusError as error:
        raise Skipped(f"needs the {what}") from error


CHECKS: dict[str, Callable[[Setup], str]] = {
    "SDK": _check_sdk,
    "engine": _check_engine,
    "backend": _check_backend,
    "account": _check_account,
    "persona": _check_persona,
    "orphans": _check_orphans,
    "AWS": _check_aws,
    "permissions": _check_permissions,
    "journal": _check_journal,
}
"""By what each is about, in the order in which they are made and shown."""
