"""Handles: a bucket or role at AWS, whose settings are compared and written one by one.

`desired` says what the inputs ask for, `actual` what AWS reports, and `apply` writes the settings that differ.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from ...api.retry import retry_on
from ...aws_settings import AwsSettings
from ..aws import clients
from ..aws.errors import Busy, Unset, map_errors

Spec = dict[str, Any]
"""All that is known without asking AWS: the inputs with their defaults, the name, the account, the region."""

AnyHandle = TypeVar("AnyHandle", bound="Handle")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Setting(Generic[AnyHandle]):
    """One setting that AWS keeps for a bucket or role.

    name: the output that shows it. desired: computes its value from a spec. read: returns the value that AWS reports, in the same
    form. write: changes it. unset: the value if AWS reports none. inputs: for each input that a value can show, the function that
    finds it there, None for one that is not given.
    """

    name: str
    desired: Callable[[Spec], Any]
    read: Callable[[AnyHandle], Any]
    write: Callable[[AnyHandle, Any], object]
    unset: Any = ""
    inputs: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    def actual(self, handle: AnyHandle) -> Any:
        """Return the value that AWS reports."""
        try:
            with map_errors(f"read {self.name} of {handle}"):
                return self.read(handle)
        except Unset:
            return self.unset

    def apply(self, handle: AnyHandle, value: Any) -> None:
        """Write the value."""
        with map_errors(f"set {self.name} of {handle}"):
            self.write(handle, value)


@dataclass(frozen=True)
class Handle(ABC):
    """A bucket or role at AWS, which may not exist yet; making a handle calls nothing.

    account_id: the account that owns it, "" if that is not known. region: where its service is called.
    """

    config: AwsSettings = field(repr=False)
    retry_timeout: float
    name: str
    region: str
    account_id: str

    kind: ClassVar[str]
    table: ClassVar[tuple[Setting[Any], ...]]
    """The settings, in the order in which they are written."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}"

    @abstractmethod
    def exists(self) -> bool:
        """Tell whether this account has it."""

    @abstractmethod
    def create(self, spec: Spec, may_exist: bool) -> str:
        """Create it and return its Pulumi ID; `may_exist`: an interrupted run of ours may have created it."""

    @abstractmethod
    def initial(self, desired: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that the settings have right after `create`."""

    @abstractmethod
    def delete(self) -> None:
        """Delete it unless it holds something. Raises Missing if it is gone, NotEmpty if it is not empty."""

    def undo_create(self, spec: Spec) -> None:
        """Delete it after its settings could not be written."""
        self.delete()

    def destroy(self, olds: Mapping[str, Any], urn: str) -> None:
        """Do what deleting the resource with the outputs `olds` asks for."""
        self.delete()

    def desired(self, spec: Spec) -> dict[str, Any]:
        """Return the value of each setting that the spec asks for."""
        return {each.name: each.desired(spec) for each in self.table}

    def actual(self) -> dict[str, Any]:
        """Return the value of each setting that AWS reports."""
        return {each.name: each.actual(self) for each in self.table}

    def apply(self, desired: dict[str, Any], before: Mapping[str, Any], *on: type[Exception]) -> dict[str, Any]:
        """Write each setting that differs from `before`, again while AWS is busy or raises `on`; return the settings."""
        for each in self.table:
            value = desired[each.name]
            if before.get(each.name) != value:
                self.retry(functools.partial(each.apply, self, value), *on)
        return desired

    def find_drift(self, desired: Mapping[str, Any], olds: Mapping[str, Any]) -> list[str]:
        """Return the names of the settings whose last reported value is not the desired one."""
        # An older version of this package may have stored fewer settings.
        return [name for name, value in desired.items() if name in olds and olds[name] != value]

    def require_account(self) -> None:
        """Raise StorageError unless the credentials are for its account."""
        clients.require_account(self.config, self.region, self.account_id, str(self))

    def retry(self, call: Callable[[], Result], *on: type[Exception]) -> Result:
        """Return what `call` returns; repeat it while AWS is busy or it raises one of `on`."""
        return retry_on(call, (Busy, *on), self.retry_timeout)
