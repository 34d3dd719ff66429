"""The intent journal: what a killed create leaves behind, and when it goes."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tavus_provider.journal.intent import Intent
from tavus_provider.journal.journal import Journal

BEGUN = Intent(
    "urn:pulumi:dev::shop::call", "https://tavusapi.com", "call-1a2b3c4", True, "0123", 1795000000.0, match={"persona_id": "p1"}
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Return a journal in an empty folder."""
    return Journal(tmp_path / "intents")


def test_an_intent_is_found_by_its_resource_until_the_state_knows_it(journal: Journal) -> None:
    """It is written before the call, completed after it, and removed by proof that the state knows that very id."""
    journal.begin(BEGUN)
    assert journal.find(BEGUN.resource, BEGUN.base_url) == BEGUN
    journal.complete(BEGUN, "c1")
    assert journal.find(BEGUN.resource, BEGUN.base_url) == replace(BEGUN, id="c1")

    journal.clear(BEGUN.resource, BEGUN.base_url, "c0")
    assert list(journal.intents()) == [replace(BEGUN, id="c1")]
    journal.clear(BEGUN.resource, BEGUN.base_url, "c1")
    assert list(journal.intents()) == []


def test_resources_and_accounts_do_not_share_intents(journal: Journal) -> None:
    """Another resource, or the same one at another address, has an intent of its own."""
    other, elsewhere = replace(BEGUN, resource="urn:other"), replace(BEGUN, base_url="http://127.0.0.1:1")
    for intent in (BEGUN, other, elsewhere):
        journal.begin(intent)
    assert sorted(journal.intents(), key=repr) == sorted([BEGUN, other, elsewhere], key=repr)
    journal.forget(other)
    assert journal.find(BEGUN.resource, BEGUN.base_url) == BEGUN


def test_files_can_be_read_by_people(journal: Journal) -> None:
    """An intent is JSON with plain names, and the folder belongs to its user alone."""
    journal.begin(replace(BEGUN, name="Begr\u00fc\u00dfung"))
    (path,) = journal.folder.glob("*.json")
    assert json.loads(path.read_text())["name"] == "Begr\u00fc\u00dfung"
    assert "Begr\u00fc\u00dfung" in path.read_text()
    assert os.stat(journal.folder).st_mode & 0o077 == 0


def test_a_damaged_or_foreign_file_disturbs_nobody(journal: Journal) -> None:
    """What cannot be read is left alone, and the others are still found."""
    journal.begin(BEGUN)
    (journal.folder / "half.json").write_text('{"resource": "urn')
    (journal.folder / "later.json").write_text('{"resource": "urn", "novelty": 1}')
    assert list(journal.intents()) == [BEGUN]
    assert (journal.folder / "half.json").exists()


def test_without_a_resource_nothing_is_written(journal: Journal) -> None:
    """What has no URN cannot be found again, so it is not written down."""
    journal.begin(replace(BEGUN, resource=""))
    assert list(journal.intents()) == []
    assert journal.find("", BEGUN.base_url) is None


def test_a_folder_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    """Beginning says so; everything else goes on without a journal."""
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "intents")
    with pytest.raises(OSError, match="file"):
        journal.begin(BEGUN)
    journal.complete(BEGUN, "c1")
    journal.clear(BEGUN.resource, BEGUN.base_url, "c1")
    journal.forget(BEGUN)
    with journal.claiming():
        assert list(journal.intents()) == []


def test_many_write_at_once(journal: Journal) -> None:
    """Hundreds of intents written side by side are all there, whole."""
    intents = [replace(BEGUN, resource=f"urn:{number}") for number in range(200)]

    def write(part: int) -> None:
        for intent in intents[part::4]:
            journal.begin(intent)

    threads = [threading.Thread(target=write, args=[part]) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(journal.intents(), key=repr) == sorted(intents, key=repr)
    assert list(journal.folder.glob(".*")) == []


def test_claiming_is_one_at_a_time(journal: Journal) -> None:
    """While one decides which conversation is its own, nobody else does."""
    journal.begin(BEGUN)
    order: list[str] = []
    entered = threading.Event()

    def second() -> None:
        entered.set()
        with Journal(journal.folder).claiming():
            order.append("second")

    with journal.claiming():
        thread = threading.Thread(target=second)
        thread.start()
        entered.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_stacks_of_equal_names_in_two_backends_do_not_share_intents(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A URN does not tell them apart, so the backend does."""
    for url in ("s3://states-of-one", "s3://states-of-another"):
        monkeypatch.setenv("PULUMI_BACKEND_URL", url)
        assert journal.find(BEGUN.resource, BEGUN.base_url) is None
        begun = replace(BEGUN, backend=url)
        journal.begin(begun)
        assert journal.find(BEGUN.resource, BEGUN.base_url) == begun
        assert begun not in journal.find_others(begun)
    assert len(list(journal.intents())) == 2


def test_what_was_being_ended_is_remembered(journal: Journal) -> None:
    """Of one id of one resource, until a month has gone."""
    place = (BEGUN.resource, BEGUN.base_url)
    journal.note_ending(*place, "c1")
    assert journal.has_ending_note(*place, "c1")
    assert not journal.has_ending_note(*place, "c2")
    assert not journal.has_ending_note("urn:other", BEGUN.base_url, "c1")
    journal.prune()
    assert journal.has_ending_note(*place, "c1")
    (note,) = journal.folder.glob("*.ending")
    os.utime(note, (0, 0))
    journal.prune()
    assert not journal.has_ending_note(*place, "c1")
    assert list(journal.intents()) == []
