"""Ids: such as Tavus gives, and such as would lead a call to something else."""

from __future__ import annotations

from typing import Final

USUAL_IDS: Final = (
    "r90bbd427f71",
    "d8-5c71baca86fc",
    "pd_abc123def456gh",
    "pipecat0",
    "3F2504E0-4F89-11D3-9A0C-0305E82C3301",
    "v1.2",
)
BENT_IDS: Final = (
    "../conversations/c1",
    "p1/../../conversations/c1",
    "p1?hard=true",
    "p1#x",
    "p1%2e%2e",
    "..",
    "p1..",
    ".",
    "p 1",
    "p1\r\nX-Other: y",
    "p1\n",
    "pé",
    "p" * 129,
    "",
)
