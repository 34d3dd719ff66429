"""Python script with httpx, as people use today. `open COUNT THREADS` prints the ids, `end THREADS` reads them."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx

LIMITS = httpx.Limits(max_connections=None)
client = httpx.Client(
    base_url=os.environ["TAVUS_BASE_URL"], headers={"x-api-key": os.environ["TAVUS_API_KEY"]}, timeout=60, limits=LIMITS
)


def open_one(number: int) -> str:
    """Create a conversation and return its id."""
    body = {
        "persona_id": "pcb7a34da5fe",
        "replica_id": "r90bbd427f71",
        "conversation_name": f"call-{number}",
        "conversational_context": "A customer asks about an order that is late.",
        "properties": {"language": "English", "max_call_duration": 1800},
    }
    return str(client.post("/v2/conversations", json=body).raise_for_status().json()["conversation_id"])


def end_one(id_: str) -> None:
    """End a conversation."""
    client.post(f"/v2/conversations/{id_}/end").raise_for_status()


with ThreadPoolExecutor(int(sys.argv[-1])) as pool:
    if sys.argv[1] == "open":
        print(*pool.map(open_one, range(int(sys.argv[2]))), sep="\n")
    else:
        list(pool.map(end_one, sys.stdin.read().split()))
