"""Call: what one request asks of Tavus, and what its answer has to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """One call.

    method, path: of the request. doing: what the call does, for errors ("end conversation c1").
    id_field: name of the id in the path ("conversation_id"), by which an answer that means "gone" is recognized.
    repeatable: False for what must not happen twice, such as creating. holds: name and type of a member that an answer must have.
    empty: status of a success that has no body, where Tavus gives no other to this call; 0 for any other call.
    """

    method: str
    path: str
    doing: str
    id_field: str = ""
    repeatable: bool = True
    holds: tuple[str, type] | None = None
    empty: int = 0
