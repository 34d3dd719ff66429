"""Context: what the engine says of a call besides the properties of the resource."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """What a lifecycle is called about.

    urn: the resource, "" where the engine does not name it. is_preview: whether nothing may be created or changed. timeout:
    seconds of the option customTimeouts, None where none is given. A dynamic provider learns of neither: both come with other
    adapters. secrets: paths of the inputs that the program made secret. is_new: whether the engine knows no such resource yet, or
    asks for another one in its place.
    """

    urn: str = ""
    is_preview: bool = False
    timeout: float | None = None
    secrets: tuple[str, ...] = ()
    is_new: bool = False


NO_CONTEXT = Context()
"""The context of a call about no resource of a stack, such as a lookup."""
