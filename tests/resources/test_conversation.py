"""Lifecycle of a conversation, over real HTTP against the sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tavus_provider.api.errors import ApiError, ConcurrencyLimit, InputError, SettingsError, Unauthorized
from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.lifecycle.base import Diff
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.conversations import PERSONA, REPLICA
from tests.support.http_server import Answer, serve_answers
from tests.support.lifecycles import conversation_at, offline

S3 = {
    "provider": "s3",
    "bucket_name": "recordings-1",
    "bucket_region": "eu-west-1",
    "assume_role_arn": "arn:aws:iam::123456789012:role/recorder",
}
TRIO = {
    "recording_s3_bucket_name": "recordings-1",
    "recording_s3_bucket_region": "eu-west-1",
    "aws_assume_role_arn": "arn:aws:iam::123456789012:role/recorder",
}

CONVERSATIONS = offline(ConversationLifecycle)


def check(**news: Any) -> list[tuple[str, str]]:
    """Return the mistakes in a conversation's inputs."""
    return [(each.property, each.reason) for each in CONVERSATIONS.check({"persona_id": PERSONA, **news})]


@pytest.mark.parametrize(
    ("news", "name", "words"),
    [
        ({"persona_id": None}, "persona_id", "give persona_id, or replica_id"),
        ({"max_call_duration": 0}, "max_call_duration", "at least 1 second"),
        ({"max_call_duration": "1800"}, "max_call_duration", "write 1800 without quotes"),
        ({"participant_left_timeout": -1}, "participant_left_timeout", "at least 0"),
        ({"participant_absent_timeout": -1}, "participant_absent_timeout", "at least 0"),
        ({"max_participants": 1}, "max_participants", "at least 2"),
        ({"document_retrieval_strategy": "fast"}, "document_retrieval_strategy", "speed, quality, balanced"),
        ({"callback_url": "example.com/hook"}, "", "https://"),
        ({"language": "en"}, "language", "'English'"),
        ({"language": "Germann"}, "language", "'German'"),
        ({"enable_recording": True}, "enable_recording", "recording_storage"),
        ({"enable_recording": "yes"}, "enable_recording", "True or False"),
        ({"recording_s3_bucket_name": "recordings-1"}, "aws_assume_role_arn", "give all three"),
        ({**TRIO, "recording_storage": S3}, "recording_storage", "cannot be combined with"),
        ({**TRIO, "recording_s3_bucket_name": "My_Bucket"}, "recording_s3_bucket_name", "not a valid S3 bucket name"),
        ({**TRIO, "recording_s3_bucket_region": "Ireland"}, "recording_s3_bucket_region", "us-east-1"),
        ({**TRIO, "aws_assume_role_arn": "recorder"}, "aws_assume_role_arn", "full ARN"),
        ({"recording_storage": {**S3, "assume_role_arn": None}}, "recording_storage.assume_role_arn", "is required"),
        ({"recording_storage": {**S3, "bucket_name": "a"}}, "recording_storage.bucket_name", "not a valid S3 bucket name"),
        ({"recording_storage": {"provider": "gcs", "bucket_name": "b"}}, "recording_storage.project_id", "is required"),
        ({"recording_storage": {"provider": "azure_blob"}}, "recording_storage.container", "is required"),
        ({"recording_storage": {"provider": "ftp"}}, "recording_storage.provider", "s3, gcs, azure_blob"),
        (
            {"enable_transcription": True, "enable_closed_captions": True},
            "enable_transcription",
            "give only enable_closed_captions",
        ),
        ({"on_ended": "recreate", "existing_conversation_id": "c1"}, "on_ended", "ended conversation cannot be adopted"),
        ({"on_destroy": "archive"}, "on_destroy", "end, delete, delete_hard"),
        ({"max_call_durations": 60}, "", "did you mean max_call_duration?"),
    ],
)
def test_each_mistake_is_found_without_the_network(news: dict[str, Any], name: str, words: str) -> None:
    """check names the property and what to write instead."""
    assert [reason for failed, reason in check(**news) if failed == name and words in reason]


def test_right_inputs_pass() -> None:
    """What Tavus takes passes, in the nested form and in the older flat one, and so does what a preview does not know."""
    assert check(enable_recording=True, recording_storage={**S3, "external_id": "tavus"}, language="multilingual") == []
    assert check(enable_recording=True, **TRIO, enable_transcription=True) == []
    assert check(persona_id=None, existing_conversation_id="c1") == []
    assert check(persona_id=UNKNOWN, enable_recording=True, recording_storage=UNKNOWN) == []
    assert check(recording_storage={**S3, "bucket_name": UNKNOWN}, language=UNKNOWN, max_call_duration=UNKNOWN) == []


def test_several_mistakes_are_reported_at_once() -> None:
    """One preview reports all mistakes, a missing key among them."""
    found = offline(ConversationLifecycle, key="").check({"language": "en", "max_participants": 1})
    assert [each.property for each in found] == ["", "max_participants", "language", "persona_id"]


def test_create_needs_one_call_where_nothing_is_left_out(
    conversations: ConversationLifecycle, calls: Callable[[], list[str]]
) -> None:
    """With persona and replica given, the answer to the creation holds all outputs."""
    id_, outs = conversations.create({"persona_id": PERSONA, "replica_id": REPLICA, "conversation_name": "Welcome"})

    assert calls() == ["POST /v2/conversations"]
    assert outs["conversation_id"] == id_
    assert (outs["conversation_name"], outs["status"]) == ("Welcome", "active")
    assert outs["conversation_url"].startswith("http")
    assert outs["created_at"]
    assert "meeting_token" not in outs


def test_create_reads_what_the_answer_leaves_out(conversations: ConversationLifecycle, calls: Callable[[], list[str]]) -> None:
    """create reads the persona's default replica once, because the answer lacks it."""
    id_, outs = conversations.create({"persona_id": PERSONA})

    assert calls() == ["POST /v2/conversations", f"GET /v2/conversations/{id_}"]
    assert (outs["replica_id"], outs["persona_id"]) == (REPLICA, PERSONA)


def test_a_name_is_chosen_where_none_is_given(conversations: ConversationLifecycle) -> None:
    """The chosen name is the resource's with seven random digits, and later diffs report no change of it."""
    news = {"persona_id": PERSONA}
    id_, outs = conversations.create(news)

    assert re.fullmatch(r"onboarding-[0-9a-f]{7}", outs["conversation_name"])
    assert conversations.diff(id_, outs, news) == Diff()


def test_a_private_room_has_a_token_that_a_refresh_keeps(conversations: ConversationLifecycle) -> None:
    """Tavus returns the token only in the answer to the create call."""
    id_, outs = conversations.create({"persona_id": PERSONA, "require_auth": True})
    found = conversations.read(id_, outs)

    assert outs["meeting_token"]
    assert found == (id_, outs)


def test_create_says_what_to_do_where_it_is_refused(sandbox: Sandbox) -> None:
    """A wrong key, no credits and no free slot each say so, and nothing is active afterwards."""
    with pytest.raises(Unauthorized, match="tavus:apiKey"):
        conversation_at(sandbox.url, key="wrong").create({"persona_id": PERSONA})
    with pytest.raises(ApiError, match="persona_id must be a persona of this account"):
        conversation_at(sandbox.url).create({"persona_id": "p-none"})
    sandbox.control.set_limits(credits=0)
    with pytest.raises(ApiError, match="add credits"):
        conversation_at(sandbox.url).create({"persona_id": PERSONA})
    sandbox.control.set_limits(credits=None, concurrency=0)
    with pytest.raises(ConcurrencyLimit, match="tavus-provider conversations --end"):
        conversation_at(sandbox.url).create({"persona_id": PERSONA})

    assert sandbox.control.books()["active"] == 0


def test_no_key_is_told_before_any_call() -> None:
    """Without a key the lifecycle sends no call."""
    with serve_answers(Answer()) as tavus, pytest.raises(SettingsError, match="TAVUS_API_KEY"):
        conversation_at(tavus.url, key="").create({"persona_id": PERSONA})

    assert tavus.requests == []


def test_refresh_shows_an_ended_conversation_as_ended(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """A conversation that has ended stays in the state, with the status ended."""
    news = {"persona_id": PERSONA}
    id_, outs = conversations.create(news)
    sandbox.control.advance(300)
    found = conversations.read(id_, outs)

    assert found is not None
    assert found[1]["status"] == "ended"
    assert conversations.diff(id_, found[1], news) == Diff()


def test_an_ended_conversation_is_opened_anew_where_asked(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """on_ended="recreate" replaces an ended conversation, except in test mode, where it has ended from the start."""
    news = {"persona_id": PERSONA, "on_ended": "recreate"}
    id_, outs = conversations.create(news)
    assert conversations.diff(id_, outs, news) == Diff()
    sandbox.control.advance(300)
    found = conversations.read(id_, outs)
    assert found is not None
    assert conversations.diff(id_, found[1], news) == Diff(("status",), ("status",))

    tested = {**news, "test_mode": True}
    id_, outs = conversations.create(tested)
    assert outs["status"] == "ended"
    assert conversations.diff(id_, outs, tested) == Diff()


def test_a_vanished_conversation_is_gone(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """A refresh removes a deleted conversation from the state, and deleting it again succeeds."""
    id_, outs = conversations.create({"persona_id": PERSONA})
    conversations.delete(id_, {**outs, "on_destroy": "delete_hard"})

    assert conversations.read(id_, outs) is None
    conversations.delete(id_, outs)


def test_trouble_is_never_taken_for_gone() -> None:
    """Reading and deleting fail on any answer that does not mean gone, so that no active conversation leaves the state."""
    with serve_answers(Answer(400, {"error": "Invalid request"})) as tavus:
        lifecycle = conversation_at(tavus.url)
        with pytest.raises(ApiError, match="could not read conversation c1: Tavus answered 400"):
            lifecycle.read("c1", {})
    with serve_answers(Answer(400, {"error": "no"}), Answer(200, {"status": "active"})) as tavus:
        with pytest.raises(ApiError, match="could not end conversation c1"):
            conversation_at(tavus.url).delete("c1", {})
    with serve_answers(Answer(401, {"message": "Invalid access token"})) as tavus, pytest.raises(Unauthorized):
        conversation_at(tavus.url).delete("c1", {})


def test_a_refusal_to_end_what_has_ended_is_fine() -> None:
    """Tavus does not document its answer to a second end, so the conversation's status decides."""
    with serve_answers(
        Answer(400, {"error": "already ended"}), Answer(200, {"conversation_id": "c1", "status": "ended"})
    ) as tavus:
        conversation_at(tavus.url).delete("c1", {})

    assert [request.method for request in tavus.requests] == ["POST", "GET"]


@pytest.mark.parametrize(
    ("on_destroy", "expected"),
    [
        (None, ["POST /v2/conversations/{}/end"]),
        ("end", ["POST /v2/conversations/{}/end"]),
        ("delete", ["POST /v2/conversations/{}/end", "DELETE /v2/conversations/{}"]),
        ("delete_hard", ["POST /v2/conversations/{}/end", "DELETE /v2/conversations/{}?hard=true"]),
    ],
)
def test_destroy_ends_and_deletes_as_asked(
    sandbox: Sandbox,
    conversations: ConversationLifecycle,
    calls: Callable[[], list[str]],
    on_destroy: str | None,
    expected: list[str],
) -> None:
    """delete always ends the conversation, which stops the billing, and deletes it only with on_destroy="delete"."""
    id_, outs = conversations.create({"persona_id": PERSONA, "replica_id": REPLICA})
    conversations.delete(id_, {**outs, "on_destroy": on_destroy} if on_destroy else outs)

    assert calls()[1:] == [line.format(id_) for line in expected]
    assert sandbox.control.books()["active"] == 0


@pytest.mark.parametrize(
    ("olds", "news"),
    [
        ({}, {"max_call_duration": 3600, "participant_absent_timeout": 300, "participant_left_timeout": 0}),
        ({}, {"document_retrieval_strategy": "balanced", "enable_recording": False, "on_ended": "keep"}),
        ({}, {"callback_url": None, "document_ids": []}),
        ({"enable_transcription": True}, {"enable_closed_captions": True}),
        ({}, {"replica_id": REPLICA}),
    ],
)
def test_what_means_the_same_is_no_change(
    conversations: ConversationLifecycle, olds: dict[str, Any], news: dict[str, Any]
) -> None:
    """Absent, None, an empty list, a spelled-out default and the other name of an input are equal, and so is what is there."""
    id_, outs = conversations.create({"persona_id": PERSONA, **olds})
    assert conversations.diff(id_, outs, {"persona_id": PERSONA, **news}) == Diff()


@pytest.mark.parametrize(
    ("news", "changed"),
    [
        ({"max_call_duration": 60}, "max_call_duration"),
        ({"conversation_name": "Other"}, "conversation_name"),
        ({"replica_id": "rf4e9d9790f0"}, "replica_id"),
        ({"language": UNKNOWN}, "language"),
        ({"recording_storage": {**S3, "external_id": "x"}}, "recording_storage"),
        ({"recording_storage": {**S3, "bucket_name": UNKNOWN}}, "recording_storage"),
        ({"recording_storage": None}, "recording_storage"),
    ],
)
def test_what_tavus_sees_replaces_deleting_first(
    conversations: ConversationLifecycle, news: dict[str, Any], changed: str
) -> None:
    """A replacement ends the old conversation first, because two would need two slots and cost twice."""
    inputs = {"persona_id": PERSONA, "recording_storage": S3}
    id_, outs = conversations.create(inputs)
    diff = conversations.diff(id_, outs, {**inputs, **news})

    assert diff == Diff((changed,), (changed,))
    assert diff.delete_before_replace


def test_a_region_that_a_preview_does_not_know_is_no_change(conversations: ConversationLifecycle) -> None:
    """A bucket never moves, so a preview of a storage that is updated in place does not replace the conversation."""
    inputs = {"persona_id": PERSONA, "recording_storage": S3}
    id_, outs = conversations.create(inputs)
    assert conversations.diff(id_, outs, {**inputs, "recording_storage": {**S3, "bucket_region": UNKNOWN}}) == Diff()
    inputs = {"persona_id": PERSONA, **TRIO}
    id_, outs = conversations.create(inputs)
    assert conversations.diff(id_, outs, {**inputs, "recording_s3_bucket_region": UNKNOWN}) == Diff()


def test_what_tavus_never_sees_updates_in_place(conversations: ConversationLifecycle, calls: Callable[[], list[str]]) -> None:
    """Policies change without a call to Tavus, and can be removed again."""
    olds = {"persona_id": PERSONA, "replica_id": REPLICA, "on_ended": "recreate"}
    id_, outs = conversations.create(olds)
    news = {"persona_id": PERSONA, "replica_id": REPLICA, "on_destroy": "delete"}

    assert conversations.diff(id_, outs, news) == Diff(("on_ended", "on_destroy"))
    updated = conversations.update(id_, outs, news)
    assert updated["on_destroy"] == "delete"
    assert "on_ended" not in updated
    assert updated["conversation_url"] == outs["conversation_url"]
    assert conversations.diff(id_, updated, news) == Diff()
    assert len(calls()) == 1


def test_adopting_creates_nothing(sandbox: Sandbox, conversations: ConversationLifecycle, calls: Callable[[], list[str]]) -> None:
    """An id adopts an active conversation without creating one; the input can be removed afterwards."""
    running, _ = conversations.create({"persona_id": PERSONA, "replica_id": REPLICA, "conversation_name": "By hand"})
    news = {"persona_id": PERSONA, "existing_conversation_id": running}
    id_, outs = conversations.create(news)

    assert id_ == running
    assert outs["conversation_name"] == "By hand"
    assert calls()[1:] == [f"GET /v2/conversations/{running}"]
    assert sandbox.control.books()["active"] == 1
    assert conversations.diff(id_, outs, news) == Diff()
    assert conversations.diff(id_, outs, {"persona_id": PERSONA}) == Diff(("existing_conversation_id",))


def test_adopting_what_is_not_there_or_is_another_is_refused(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """create refuses to adopt a conversation that is unknown, has ended, or differs from the declared one."""
    running, _ = conversations.create({"persona_id": PERSONA})
    with pytest.raises(InputError, match="the id in existing_conversation_id does not exist in this account"):
        conversations.create({"existing_conversation_id": "c-none"})
    with pytest.raises(InputError, match=f"its persona_id is '{PERSONA}', not 'p7e1a2b3c4d5'"):
        conversations.create({"existing_conversation_id": running, "persona_id": "p7e1a2b3c4d5"})
    sandbox.control.advance(300)
    with pytest.raises(InputError, match="it has ended"):
        conversations.create({"existing_conversation_id": running})


def test_an_adopted_conversation_is_not_ended_by_a_change(conversations: ConversationLifecycle) -> None:
    """The preview refuses a change, which would end the conversation and then adopt the ended one; another id replaces it."""
    running, _ = conversations.create({"persona_id": PERSONA})
    id_, outs = conversations.create({"existing_conversation_id": running})
    with pytest.raises(InputError, match="remove existing_conversation_id"):
        conversations.diff(id_, outs, {"existing_conversation_id": running, "language": "English"})

    other = {"existing_conversation_id": "c2"}
    assert conversations.diff(id_, outs, other).replaces == ("existing_conversation_id",)


def test_an_adopted_conversation_may_have_inputs_that_only_up_knows(conversations: ConversationLifecycle) -> None:
    """A preview shows an unknown input as a change, and refuses only a value that is known to differ."""
    running, _ = conversations.create({"persona_id": PERSONA})
    adopting = {"existing_conversation_id": running, "persona_id": PERSONA}
    id_, outs = conversations.create(adopting)
    for unknown in ({"persona_id": UNKNOWN}, {"memory_stores": [UNKNOWN]}):
        assert conversations.diff(id_, outs, {**adopting, **unknown}) == Diff(tuple(unknown))
    with pytest.raises(InputError, match="Tavus cannot change its language: take"):
        conversations.diff(id_, outs, {**adopting, "persona_id": UNKNOWN, "language": "English"})
