"""Keys and accounts on the real engine: several accounts in one program, and a key that was rotated."""

from __future__ import annotations

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA


def count_active(sandbox: Sandbox) -> int:
    """Return how many conversations are active."""
    return sandbox.control.books()["active"]


def test_two_accounts_in_one_program(sandbox: Sandbox, stack: Stack) -> None:
    """Each conversation is created, read and ended in the account that it names, and the state contains no key."""
    with Sandbox(key="tvs-second-account") as second:
        stack.program(
            f"account = tavus.Account('second', api_key={second.key!r}, base_url={second.url!r}, retry_timeout=20)\n"
            f"tavus.Conversation('here', persona_id={PERSONA!r})\n"
            f"tavus.Conversation('there', pulumi.ResourceOptions(provider=account), persona_id={PERSONA!r})\n"
        )
        stack.up()
        assert (count_active(sandbox), count_active(second)) == (1, 1)
        assert second.key not in stack.export()
        stack.up("--expect-no-changes")
        stack.refresh()
        stack.destroy()
        assert (count_active(sandbox), count_active(second)) == (0, 0)


def test_destroy_survives_a_rotated_key(stack: Stack) -> None:
    """Destroy is configured with the key that the last up stored; where Tavus refuses it, destroy uses the environment's."""
    stack.environment.pop("TAVUS_API_KEY")
    with Sandbox(key="tvs-old") as before:
        stack.environment["TAVUS_BASE_URL"] = before.url
        stack.pulumi("config", "set", "--secret", "tavus:apiKey", "tvs-old")
        stack.declare(persona_id=PERSONA)
        stack.up()
    with Sandbox(port=int(before.url.rpartition(":")[2]), key="tvs-new") as after:
        assert "Tavus answered 401" in stack.destroy(fails=True)
        stack.environment["TAVUS_API_KEY"] = after.key
        assert "the key in TAVUS_API_KEY is used instead" in stack.destroy()
        assert stack.resources() == {}
