"""Documents and replicas: lost answers and interrupted runs neither duplicate nor lose any."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tavus_provider.api.errors import InputError, OutcomeUnknown, ServerError
from tavus_provider.dynamic.provider import URN
from tavus_provider.journal.journal import Journal
from tavus_provider.journal.search import Ambiguous, Unsearchable
from tavus_provider.lifecycle.base import Props
from tavus_provider.lifecycle.processed_object import ProcessedObjectLifecycle, WorkFailed
from tavus_provider.objects.document import DocumentLifecycle
from tavus_provider.objects.replica import ReplicaLifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import When
from tests.support.calls import sent_bodies
from tests.support.lifecycles import OBJECT_URN, object_at

DOCUMENT: Props = {"document_url": "https://docs.example.com/handbook.pdf", "wait_for_ready": 0}
REPLICA: Props = {"train_video_url": "https://footage.example.com/anna.mp4"}
NAMED: Props = {**REPLICA, "replica_name": "Rio"}
KINDS = [
    (DocumentLifecycle, DOCUMENT),
    (DocumentLifecycle, {**DOCUMENT, "document_name": "Handbook"}),
    (ReplicaLifecycle, REPLICA),
    (ReplicaLifecycle, NAMED),
]
each_kind = pytest.mark.parametrize(("kind", "news"), KINDS, ids=["document", "named document", "replica", "named replica"])
Kind = type[ProcessedObjectLifecycle]


def made(sandbox: Sandbox, kind: Kind) -> list[dict[str, Any]]:
    """Return the objects of a kind that calls have created and not deleted."""
    every = sandbox.control.objects("documents" if kind is DocumentLifecycle else "replicas")
    return [each for each in every if not (each["deleted"] or each["seeded"])]


def lost(sandbox: Sandbox, kind: Kind, when: When = "after", **fault: Any) -> None:
    """Lose the answer to the next create of a kind, before or after its effect."""
    sandbox.control.inject(method="POST", path=kind.path, when=when, **(fault or {"close": "rst"}))


def left_unsettled(sandbox: Sandbox, kind: Kind, news: Mapping[str, Any]) -> None:
    """Run a create whose answer is lost and whose search fails."""
    lost(sandbox, kind)
    sandbox.control.inject(method="GET", path=kind.path, status=503, times=None)
    with pytest.raises(Unsearchable, match="run `pulumi up` again, which looks for it first"):
        object_at(kind, sandbox.url, retry_timeout=0).create({**news})
    sandbox.control.clear_faults()


@each_kind
@pytest.mark.parametrize("fault", [{"close": "rst"}, {"status": 503}, {"truncate": 5}], ids=str)
def test_what_was_created_is_found_where_the_answer_is_lost(
    sandbox: Sandbox, kind: Kind, news: Props, fault: dict[str, Any]
) -> None:
    """After a broken connection, a 5xx or half an answer there is exactly one object, whose id is in the state."""
    lost(sandbox, kind, **fault)
    id_, outs = object_at(kind, sandbox.url).create(news)
    assert [each["id"] for each in made(sandbox, kind)] == [id_] == [outs[kind.id_field]]
    assert len(sent_bodies(sandbox, "POST")) == 1


@each_kind
def test_what_does_not_show_is_not_created_again_by_the_same_run(sandbox: Sandbox, kind: Kind, news: Props) -> None:
    """The error says what to do; the next run looks first and then creates it, once."""
    things = object_at(kind, sandbox.url, settle_timeout=0)
    lost(sandbox, kind, when="before")
    with pytest.raises(OutcomeUnknown, match="it may have been created: run `pulumi up` again, which looks for it first"):
        things.create(news)
    assert len(sent_bodies(sandbox, "POST")) == 1
    things.create(news)
    assert len(made(sandbox, kind)) == 1


@each_kind
def test_a_list_that_lags_behind_is_asked_again(sandbox: Sandbox, kind: Kind, news: Props) -> None:
    """The run asks a list that lags again, and finds the object."""
    lost(sandbox, kind)
    sandbox.control.inject(method="GET", path=kind.path, lag_calls=2, times=None)
    id_, _ = object_at(kind, sandbox.url, settle_timeout=30).create(news)
    assert [each["id"] for each in made(sandbox, kind)] == [id_]


@each_kind
def test_what_an_interrupted_run_created_is_taken_over(
    sandbox: Sandbox, kind: Kind, news: Props, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next run takes the object over, also without its id, by the name in the intent."""
    left_unsettled(sandbox, kind, news)
    id_, _ = object_at(kind, sandbox.url).create(news)
    assert [each["id"] for each in made(sandbox, kind)] == [id_]
    assert f"taken over: {kind.noun} " in capsys.readouterr().err
    object_at(kind, sandbox.url).read(id_, {**news, URN: OBJECT_URN})  # the state has it
    assert list(Journal().intents()) == []


def test_a_namesake_of_before_is_not_taken(sandbox: Sandbox) -> None:
    """The time of creation distinguishes the object from an older one of the same given name."""
    sandbox.control.seed(replicas=[{"replica_name": "Rio"}])
    sandbox.control.advance(60)
    lost(sandbox, ReplicaLifecycle)
    id_, _ = object_at(ReplicaLifecycle, sandbox.url).create(NAMED)
    assert [each["id"] for each in made(sandbox, ReplicaLifecycle)] == [id_]


@pytest.mark.parametrize("naming", ["persona", "pal"])
def test_a_namesake_of_tavuss_own_is_not_taken(sandbox: Sandbox, naming: str) -> None:
    """The run never takes an object that Tavus provides, whatever its time of creation."""
    sandbox.control.seed(replicas=[{"replica_name": "Rio", "replica_type": "system"}])
    lost(sandbox, ReplicaLifecycle)
    id_, _ = object_at(ReplicaLifecycle, sandbox.url, naming=naming).create(NAMED)
    assert [each["id"] for each in made(sandbox, ReplicaLifecycle)] == [id_]


def test_between_namesakes_of_the_same_moment_nothing_is_guessed(sandbox: Sandbox) -> None:
    """The error names both objects, and the user adopts one of them."""
    (other,) = sandbox.control.seed(replicas=[{"replica_name": "Rio"}])["replicas"]
    lost(sandbox, ReplicaLifecycle)
    replicas = object_at(ReplicaLifecycle, sandbox.url)
    with pytest.raises(Ambiguous) as refused:
        replicas.create(NAMED)
    (own,) = made(sandbox, ReplicaLifecycle)
    assert own["id"] in str(refused.value)
    assert f"{other['replica_id']}" in str(refused.value)
    assert "or name one in existing_replica_id" in str(refused.value)
    with pytest.raises(Ambiguous):
        replicas.create(NAMED)
    assert replicas.create({**NAMED, "existing_replica_id": own["id"]})[0] == own["id"]
    assert len(sent_bodies(sandbox, "POST")) == 1


def test_what_another_resource_created_is_not_taken(sandbox: Sandbox) -> None:
    """Of two documents of one name in one program, each resource keeps its own."""
    documents, news = object_at(DocumentLifecycle, sandbox.url, settle_timeout=0), {**DOCUMENT, "document_name": "Handbook"}
    object_at(DocumentLifecycle, sandbox.url, urn=f"{OBJECT_URN}-other").create(news)
    lost(sandbox, DocumentLifecycle, when="before")
    with pytest.raises(OutcomeUnknown):
        documents.create(news)
    documents.create(news)
    assert len(made(sandbox, DocumentLifecycle)) == 2


def test_where_two_of_one_name_are_unsettled_nothing_is_guessed(sandbox: Sandbox) -> None:
    """If two creates of one name are unsettled, the run takes none."""
    left_unsettled(sandbox, ReplicaLifecycle, NAMED)
    lost(sandbox, ReplicaLifecycle, when="before")
    with pytest.raises(Ambiguous, match="delete those that nobody needs, or name one in existing_replica_id"):
        object_at(ReplicaLifecycle, sandbox.url, settle_timeout=0, urn=f"{OBJECT_URN}-other").create(NAMED)


def test_what_is_taken_over_gets_the_name_and_tags_of_now(sandbox: Sandbox) -> None:
    """The run updates name and tags of what it takes over, because they can change in place."""
    document = {**DOCUMENT, "document_name": "Handbook", "tags": ["hr"]}
    left_unsettled(sandbox, DocumentLifecycle, document)
    _, outs = object_at(DocumentLifecycle, sandbox.url).create({**DOCUMENT, "document_name": "Guide"})
    (own,) = made(sandbox, DocumentLifecycle)
    assert (own["document_name"], own["tags"]) == ("Guide", [])
    assert outs["document_name"] == "Guide"
    left_unsettled(sandbox, ReplicaLifecycle, NAMED)
    _, outs = object_at(ReplicaLifecycle, sandbox.url).create({**NAMED, "replica_name": "Anna"})
    assert [each["replica_name"] for each in made(sandbox, ReplicaLifecycle)] == ["Anna"] == [outs["replica_name"]]


def test_a_document_of_other_inputs_is_discarded(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """The run deletes what an interrupted run created from another URL, and creates the declared document."""
    left_unsettled(sandbox, DocumentLifecycle, DOCUMENT)
    (before,) = made(sandbox, DocumentLifecycle)
    id_, _ = object_at(DocumentLifecycle, sandbox.url).create({**DOCUMENT, "document_url": "https://docs.example.com/guide.pdf"})
    assert [each["id"] for each in made(sandbox, DocumentLifecycle)] == [id_]
    assert f"deleted: document {before['id']}, which an interrupted run had created" in capsys.readouterr().err


def test_a_training_is_not_discarded_without_leave(sandbox: Sandbox) -> None:
    """The run deletes an interrupted run's training only with allow_retrain; else the error says how to adopt it."""
    replicas = object_at(ReplicaLifecycle, sandbox.url)
    news = {**REPLICA, "train_video_url": "https://footage.example.com/bob.mp4"}
    left_unsettled(sandbox, ReplicaLifecycle, REPLICA)
    (before,) = made(sandbox, ReplicaLifecycle)
    with pytest.raises(InputError, match=f"existing_replica_id='{before['id']}', or set allow_retrain=True"):
        replicas.create(news)
    assert len(sent_bodies(sandbox, "POST")) == 1
    id_, _ = replicas.create({**news, "allow_retrain": True})
    assert [each["id"] for each in made(sandbox, ReplicaLifecycle)] == [id_] != [before["id"]]


def test_a_failure_that_cannot_be_deleted_is_deleted_by_the_next_run(sandbox: Sandbox) -> None:
    """The error says so, and the journal knows its id."""
    sandbox.control.set_behavior(processing=0)
    sandbox.control.fail_document("file_empty")
    sandbox.control.inject("delete_document", status=503)
    documents = object_at(DocumentLifecycle, sandbox.url, retry_timeout=0)
    with pytest.raises(WorkFailed, match="there is nothing in it; then could not delete .* `pulumi up` again, which deletes it"):
        documents.create({**DOCUMENT, "wait_for_ready": 60})
    id_, outs = documents.create({**DOCUMENT, "wait_for_ready": 60})
    assert [each["id"] for each in made(sandbox, DocumentLifecycle)] == [id_]
    assert outs["status"] == "ready"


def test_what_does_not_show_yet_is_waited_for(sandbox: Sandbox) -> None:
    """The run waits for an object that Tavus does not return yet."""
    sandbox.control.set_behavior(processing=0)
    sandbox.control.inject("get_document", lag_calls=2, times=None)
    _, outs = object_at(DocumentLifecycle, sandbox.url).create({**DOCUMENT, "wait_for_ready": 60})
    assert outs["status"] == "ready"


def test_a_journal_that_cannot_be_written_costs_a_warning(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A journal that cannot be written causes a warning, and the run creates the document."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("TAVUS_STATE_DIR", str(tmp_path / "file"))
    object_at(DocumentLifecycle, sandbox.url).create(DOCUMENT)
    assert "the intent to create document 'thing-" in capsys.readouterr().err
    assert len(made(sandbox, DocumentLifecycle)) == 1


def on_a_new_machine(sandbox: Sandbox, kind: Kind, recovery: str = "account", **settings: Any) -> ProcessedObjectLifecycle:
    """Return the lifecycle of such objects on a machine without a journal."""
    for each in list(Journal().intents()):
        Journal().forget(each)
    return object_at(kind, sandbox.url, recovery=recovery, **settings)


UNNAMED = [(DocumentLifecycle, DOCUMENT), (ReplicaLifecycle, REPLICA)]
each_unnamed = pytest.mark.parametrize(("kind", "news"), UNNAMED, ids=["document", "replica"])


@each_unnamed
def test_what_a_machine_left_that_vanished_is_found_by_its_name(sandbox: Sandbox, kind: Kind, news: Props) -> None:
    """With recovery=account, another machine takes over the object with this resource's marker and equal inputs."""
    id_, outs = on_a_new_machine(sandbox, kind).create(news)
    assert on_a_new_machine(sandbox, kind).create(news) == (id_, outs)
    assert len(sent_bodies(sandbox, "POST")) == 1
    assert outs[kind.name_input].startswith("thing-")


@each_unnamed
def test_by_default_the_account_is_not_asked(sandbox: Sandbox, kind: Kind, news: Props) -> None:
    """By default the run does not take over what an equal stack of another backend has."""
    on_a_new_machine(sandbox, kind, "journal").create(news)
    on_a_new_machine(sandbox, kind, "journal").create(news)
    assert len(made(sandbox, kind)) == 2


def test_a_given_name_carries_no_mark(sandbox: Sandbox) -> None:
    """A given name has no marker, and the run takes over nothing by it."""
    for _ in range(2):
        on_a_new_machine(sandbox, ReplicaLifecycle).create(NAMED)
    assert [each["replica_name"] for each in made(sandbox, ReplicaLifecycle)] == ["Rio", "Rio"]


def test_what_carries_the_mark_for_other_inputs_is_only_named(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """The run only names an object with the marker and other inputs: it may be the one that is replaced, or another stack's."""
    before, _ = on_a_new_machine(sandbox, ReplicaLifecycle).create(REPLICA)
    other = {**REPLICA, "train_video_url": "https://footage.example.com/bob.mp4"}
    id_, _ = on_a_new_machine(sandbox, ReplicaLifecycle).create(other)
    assert [each["id"] for each in made(sandbox, ReplicaLifecycle)] == [before, id_]
    assert f"replica {before} was created for {OBJECT_URN} with other inputs" in capsys.readouterr().err


@each_unnamed
def test_what_the_state_has_is_not_taken_for_its_own_replacement(sandbox: Sandbox, kind: Kind, news: Props) -> None:
    """A replacement creates the new object before it deletes the old one, also after a lost answer with equal names."""
    things = on_a_new_machine(sandbox, kind)
    before, outs = things.create(news)
    things.diff(before, outs, news)
    lost(sandbox, kind)
    id_, _ = things.create(news)
    assert [each["id"] for each in made(sandbox, kind)] == [before, id_]
    assert id_ != before


def test_a_machine_that_cannot_look_creates_nothing(sandbox: Sandbox) -> None:
    """With recovery=account, the run creates nothing if it cannot read the list."""
    sandbox.control.inject(method="GET", path=ReplicaLifecycle.path, status=503)
    with pytest.raises(ServerError, match="look for what an interrupted run created, such as replica 'thing-"):
        on_a_new_machine(sandbox, ReplicaLifecycle, retry_timeout=0).create(REPLICA)
    assert made(sandbox, ReplicaLifecycle) == []
