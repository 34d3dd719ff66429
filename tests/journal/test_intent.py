"""Intents on disk: those of this version, and those that the version before wrote."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tavus_provider.journal.intent import digest
from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tests.support.conversations import PERSONA, REPLICA, active_ids
from tests.support.lifecycles import CONVERSATION_URN, conversation_at

FROZEN = Path(__file__).parents[1] / "frozen" / "0.1.0" / "intents"
"""A conversation's, a document's and a bucket's, as version 0.1.0 wrote them before it was released."""
URN_PREFIX = "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:"


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Return a journal that holds the frozen intents, in a stack of their backend."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///states")
    shutil.copytree(FROZEN, tmp_path / "intents")
    return Journal(tmp_path / "intents")


def test_an_intent_of_the_version_before_is_found(journal: Journal) -> None:
    """Each intent is found by its resource and address, under the same file name; `match` has what has to match."""
    conversation = journal.find(f"{URN_PREFIX}Conversation::onboarding", "https://tavusapi.com")
    assert conversation
    assert (conversation.name, conversation.unique, conversation.id) == ("Welcome", False, "")
    assert conversation.match == {"persona_id": "pcb7a34da5fe", "replica_id": "r90bbd427f71"}
    document = journal.find(f"{URN_PREFIX}Document::handbook", "https://tavusapi.com/v2/documents")
    bucket = journal.find(f"{URN_PREFIX}RecordingBucket::recordings", "aws:123456789012")
    assert document
    assert (document.id, document.kind, document.match) == ("d8-25f8cc419d7e", "document", {})
    assert bucket
    assert (bucket.kind, bucket.region) == ("bucket", "eu-west-1")
    assert {journal.path(each).name for each in journal.intents()} == {path.name for path in FROZEN.iterdir()}


def test_an_intent_of_the_version_before_goes_once_the_state_has_the_id(journal: Journal) -> None:
    """The file is removed like one of today's version."""
    journal.clear(f"{URN_PREFIX}Document::handbook", "https://tavusapi.com/v2/documents", "d8-25f8cc419d7e")
    assert {each.kind for each in journal.intents()} == {"conversation", "bucket"}


def test_a_create_takes_over_by_an_intent_of_the_version_before(sandbox: Sandbox) -> None:
    """The create finds by the intent's persona and replica what an older version created and could not record."""
    news = {"persona_id": PERSONA, "replica_id": REPLICA, "conversation_name": "Welcome"}
    created, _ = conversation_at(sandbox.url).create(news)
    journal = Journal()
    intent = journal.find(CONVERSATION_URN, sandbox.url)
    assert intent
    older = {**json.loads(intent.to_json()), **intent.match, "id": ""}
    del older["match"]
    journal.path(intent).write_text(json.dumps(older))

    assert conversation_at(sandbox.url).create(news)[0] == created
    assert active_ids(sandbox) == [created]


def test_the_digest_of_inputs_stays_the_same() -> None:
    """The digest of an older intent still equals that of the same inputs, in any order."""
    assert digest({"persona_id": "p1", "language": "English"}) == digest({"language": "English", "persona_id": "p1"})
    assert digest({"persona_id": "p1"}) == "0196c7e499a18aa1"
