"""The engine's calls about one resource, over plain values: what a plugin of either kind does around a lifecycle."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass

from ..api.errors import InputError, TavusError
from ..api.notices import notify
from ..schema.validation import Failure
from .base import Lifecycle, Props


@dataclass(frozen=True)
class Operations:
    """The calls about one resource. Properties are as `Lifecycle` has them; errors are those of its methods."""

    resource: Lifecycle

    def check(self, olds: Props, news: Props) -> tuple[Props, list[Failure]]:
        """Return what the state keeps beside the inputs `news`, and every mistake in them; `olds` are the previous inputs."""
        added = self.resource.complete_inputs(olds, news)
        given = self.resource.inputs.drop_empty(news)
        # What `ignore_changes` keeps is no input of the program.
        return added, list(self.resource.check({name: value for name, value in given.items() if added.get(name) != value}))

    def create(self, news: Props) -> tuple[str, Props]:
        """Create the resource; return its id and outputs."""
        run = self.resource.run
        # The abort notice names what is in flight when a run is aborted.
        with run.slots, run.creating(self.resource.context.urn):
            id_, outs = self.resource.create(news)
        run.created.add((self.resource.name, id_))
        return id_, outs

    def read(self, id_: str, olds: Props) -> tuple[Props, Props | None] | None:
        """Return the outputs as they are now, and the inputs that these stand for, if reading tells them; None where it is gone.

        Without `olds`, the resource is not known yet: raises InputError where it does not exist.
        """
        with self.resource.run.slots:
            found = self.resource.read(id_, olds)
        if not found and not olds:
            raise self._not_found(id_)
        return (found[1], self.resource.read_inputs(found[1]) if olds else None) if found else None

    def import_existing(self, id_: str) -> tuple[Props, Props]:
        """Return inputs and outputs of what no state has yet. Raises InputError where it does not exist."""
        with self.resource.run.slots:
            found = self.resource.import_existing(id_)
        if not found:
            raise self._not_found(id_)
        return found

    def _not_found(self, id_: str) -> InputError:
        return InputError(f"could not read {self.resource.name.lower()} {id_}: it does not exist in this account")

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Carry out what changes in place; return all outputs."""
        with self.resource.run.slots:
            return self.resource.update(id_, olds, news)

    def delete(self, id_: str, olds: Props) -> None:
        """Delete the resource, unless a create of this very run has adopted it or taken it over: then it is the new one."""
        if (self.resource.name, id_) in self.resource.run.created:
            notify(
                f"kept: {self.resource.name} {id_}, which its replacement took over; unless it was adopted, "
                "`pulumi up --refresh --replace URN` creates another one"
            )
            return
        with self.resource.run.slots:
            self.resource.delete(id_, olds)


def describe_error(error: Exception) -> str:
    """Return an error as one line, or the whole story where TAVUS_LOG=debug asks for it."""
    if os.environ.get("TAVUS_LOG") == "debug":
        return traceback.format_exc()
    is_ours = isinstance(error, TavusError)
    hint = "" if is_ours else "; this is a bug in tavus_provider: TAVUS_LOG=debug shows where"
    words = str(error) if is_ours else f"{type(error).__name__}: {error}"
    return " ".join(words.split()) + hint
