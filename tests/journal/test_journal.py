"""The intent journal: what a killed create leaves behind, and when it is removed."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from tavus_provider.journal.files import Unreadable
from tavus_provider.journal.intent import Intent
from tavus_provider.journal.journal import Journal
from tavus_provider.journal.recovery_names import DYNAMIC, NATIVE, recovery_prefix

BEGUN = Intent(
    "urn:pulumi:dev::shop::call", "https://tavusapi.com", "call-1a2b3c4", True, "0123", 1795000000.0, match={"persona_id": "p1"}
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Return a journal in an empty folder."""
    return Journal(tmp_path / "intents")


def test_an_intent_is_found_by_its_resource_until_the_state_knows_it(journal: Journal) -> None:
    """The intent is written before the call and completed after it, and is removed once the state is known to have the id."""
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
    """The journal leaves a file that it cannot read alone, and still finds the others."""
    journal.begin(BEGUN)
    (journal.folder / "half.json").write_text('{"resource": "urn')
    (journal.folder / "later.json").write_text('{"resource": "urn", "novelty": 1}')
    assert list(journal.intents()) == [BEGUN]
    assert (journal.folder / "half.json").exists()


def test_without_a_resource_nothing_is_written(journal: Journal) -> None:
    """The journal writes nothing for a resource without a URN, which no later run could find again."""
    journal.begin(replace(BEGUN, resource=""))
    assert list(journal.intents()) == []
    assert journal.find("", BEGUN.base_url) is None


def test_a_folder_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    """begin raises an error, and everything else goes on without a journal."""
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
    """Hundreds of intents that are written at the same time are all complete."""
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
    """Only one create at a time decides which conversation is its own."""
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
    """The journal remembers the end of one id of one resource for a month."""
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


def write_pipe(path: Path) -> None:
    """Make a pipe that nobody writes to."""
    os.mkfifo(path)


def write_link(path: Path) -> None:
    """Make a link to a file outside the folder, which holds an intent."""
    target = path.parent.parent / "outside.json"
    target.write_text(BEGUN.to_json())
    path.symlink_to(target)


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_text(""),
    "garbage": lambda path: path.write_bytes(b"\x00\xff\x00"),
    "half": lambda path: path.write_text(BEGUN.to_json()[:40]),
    "list": lambda path: path.write_text("[1]"),
    "later": lambda path: path.write_text(json.dumps({**vars(BEGUN), "novelty": 1})),
    "types": lambda path: path.write_text(json.dumps({**vars(BEGUN), "began": "yesterday"})),
    "match": lambda path: path.write_text(json.dumps({**vars(BEGUN), "match": {"persona_id": 1}})),
    "folder": lambda path: path.mkdir(),
    "pipe": write_pipe,
    "link": write_link,
}
"""Ways in which the file of an intent can be unreadable."""


@pytest.mark.parametrize("make", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_understood_is_an_error_with_its_path(journal: Journal, make: Callable[[Path], object]) -> None:
    """A create that needs this intent raises an error with the path; once renamed, the file is kept and ignored."""
    journal.folder.mkdir()
    path = journal.path(BEGUN)
    make(path)
    with pytest.raises(Unreadable, match=path.name) as raised:
        journal.find(BEGUN.resource, BEGUN.base_url)
    assert [each.path for each in journal.find_unreadable()] == [path]
    assert list(journal.intents()) == []

    aside = journal.set_aside(raised.value)
    assert aside.exists()
    assert journal.find(BEGUN.resource, BEGUN.base_url) is None


@pytest.mark.parametrize("name", ["lock", "intent", "note"])
def test_nothing_outside_the_folder_is_written(journal: Journal, tmp_path: Path, name: str) -> None:
    """The journal refuses or replaces a link under the name of one of its files, and never changes the target."""
    outside = tmp_path / "outside"
    outside.write_text("mine")
    journal.folder.mkdir()
    path = {"lock": journal.folder / "lock", "intent": journal.path(BEGUN)}.get(name, journal.path(BEGUN).with_suffix(".ending"))
    path.symlink_to(outside)
    with nullcontext() if name != "lock" else pytest.raises(Unreadable, match="lock .*remove it"), journal.claiming():
        journal.note_ending(BEGUN.resource, BEGUN.base_url, "c1")
        journal.begin(BEGUN)
    assert outside.read_text() == "mine"


def test_a_full_disk_leaves_no_drafts(journal: Journal) -> None:
    """The journal removes a file that it could not write completely, and after an hour those of killed processes."""
    with pytest.raises(UnicodeEncodeError):
        journal.begin(replace(BEGUN, name="\ud800"))
    assert list(journal.folder.glob(".*")) == []
    left = journal.folder / ".abc.new"
    left.write_text("")
    journal.prune()
    assert left.exists()
    os.utime(left, (0, 0))
    journal.prune()
    assert not left.exists()


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o700, 0o600), (0o770, 0o660), (0o777, 0o666)])
def test_whoever_may_use_the_folder_may_use_its_files(journal: Journal, folder_mode: int, file_mode: int) -> None:
    """A folder that several users share works for all of them."""
    journal.folder.mkdir()
    journal.folder.chmod(folder_mode)
    journal.begin(BEGUN)
    assert journal.path(BEGUN).stat().st_mode & 0o777 == file_mode


def test_an_intent_is_found_after_its_stack_was_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder as backend shows which stacks are gone; the journal never takes an intent of a stack that exists."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    journal = Journal(tmp_path / "intents")
    stacks = tmp_path / ".pulumi" / "stacks" / "shop"
    stacks.mkdir(parents=True)
    (stacks / "dev.json").write_text("{}")
    begun = replace(BEGUN, backend=f"file://{tmp_path}")
    journal.begin(begun)
    renamed = begun.resource.replace(":dev:", ":prod:")
    assert journal.find(renamed, BEGUN.base_url) is None
    (stacks / "dev.json").rename(stacks / "prod.json")
    journal = Journal(journal.folder)  # of the next run
    assert journal.find(renamed, BEGUN.base_url) == replace(begun, resource=renamed)
    assert [each.resource for each in journal.intents()] == [renamed]
    journal.forget(replace(begun, resource=renamed))
    assert journal.find(renamed, BEGUN.base_url) is None


@pytest.mark.parametrize("parent", ["", "my:module:Room$"])
def test_an_intent_is_of_a_resource_whichever_plugin_serves_it(journal: Journal, parent: str) -> None:
    """The dynamic provider and the native plugin find each other's intents, although their type tokens differ."""
    dynamic, native = (f"urn:pulumi:dev::shop::{parent}{types}Conversation::call" for types in (DYNAMIC, NATIVE))
    for began, found in ((dynamic, native), (native, dynamic)):
        journal.begin(replace(BEGUN, resource=began))
        assert journal.find(found, BEGUN.base_url) == replace(BEGUN, resource=began)
        journal.mark_ended(found, BEGUN.base_url, "")
        assert list(journal.intents()) == []
    assert recovery_prefix(dynamic) == recovery_prefix(native)
