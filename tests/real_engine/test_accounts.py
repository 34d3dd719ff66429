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
    with Sandbox(key="tvs-old") as tavus:
        stack.environment["TAVUS_BASE_URL"] = tavus.url
        stack.pulumi("config", "set", "--secret", "tavus:apiKey", "tvs-old")
        stack.declare(persona_id=PERSONA)
        stack.up()
        tavus.key = "tvs-new"
        assert "Tavus answered 401" in stack.destroy(fails=True)
        stack.environment["TAVUS_API_KEY"] = tavus.key
        assert "the key in TAVUS_API_KEY is used instead" in stack.destroy()
        assert stack.resources() == {}
        assert count_active(tavus) == 0


def test_another_accounts_key_hangs_up_nothing_and_forgets_nothing(sandbox: Sandbox, stack: Stack) -> None:
    """With the key of an account that does not know the conversation, destroy and refresh fail and name the way out."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    with Sandbox(key="tvs-other") as other:
        stack.environment.update(TAVUS_API_KEY=other.key, TAVUS_BASE_URL=other.url)
        for refused in (stack.destroy(fails=True), stack.pulumi("refresh", "--yes", fails=True)):
            assert "the account of this API key does not have it" in refused
            assert "pulumi state delete 'urn:pulumi:" in refused
    stack.environment.update(TAVUS_API_KEY=sandbox.key, TAVUS_BASE_URL=sandbox.url)
    assert count_active(sandbox) == 1
    stack.destroy()
    assert count_active(sandbox) == 0
