"""What happens at the end of a program that imports the package, whether it used a resource or not."""

from __future__ import annotations

import atexit
import sys


@atexit.register
def notify_at_exit() -> None:
    """Name what interrupted runs created for resources that this program does not declare any more."""
    if "pulumi" not in sys.modules:  # no program: a command, or the local Tavus
        return
    from ..dynamic.private_names import is_program  # noqa: PLC0415  # they load Pulumi

    if is_program():
        from .unclaimed import notify_unclaimed  # noqa: PLC0415  # the same
        from .urns import program_run, stack_prefix  # noqa: PLC0415

        notify_unclaimed(program_run(), stack_prefix())
