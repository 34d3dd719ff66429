"""Lifecycle of a replica, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.api.errors import Gone, InputError
from tavus_provider.lifecycle.base import Props
from tavus_provider.lifecycle.processed_object import WorkFailed
from tavus_provider.objects.replica import ReplicaArgs
from tavus_provider.objects.replica import ReplicaLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.fields import table
from tavus_provider.schema.unknowns import UNKNOWN
from tavus_provider.schema.validation import find_warnings
from tests.support.calls import sent_bodies
from tests.support.lifecycles import OBJECT_URN, find_mistakes, object_at

VIDEO = "https://footage.example.com/anna.mp4"
ANNA: Props = {
    "replica_name": "Anna",
    "train_video_url": f"{VIDEO}?X-Amz-Signature=a",
    "consent_video_url": "https://footage.example.com/c.mp4",
}
IMAGE = "https://footage.example.com/a.png"
FROM_IMAGE: Props = {"train_video_url": None, "train_image_url": IMAGE}
ANNAS, CHARLIES = "v0a1b2c3d4e5f", "v1b2c3d4e5f60"
"""Ids of voices of the sandbox."""


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"train_video_url": None}, "train_video_url", "or train_image_url with a voice"),
        ({"train_image_url": IMAGE, "voice_name": "v"}, "", "only one of them"),
        (
            FROM_IMAGE,
            "voice_name",
            "an image has no voice",
        ),
        ({"voice_name": "anna", "default_voice_id": ANNAS}, "default_voice_id", "cannot be combined with voice_name"),
        ({"default_voice_id": "../voices"}, "default_voice_id", "must be an id as Tavus shows it"),
        ({**FROM_IMAGE, "voice_name": "anna", "model_name": "phoenix-3"}, "model_name", "trained from videos only"),
        ({"auto_fix_training_image": True}, "auto_fix_training_image", "Tavus fixes images only"),
        ({"train_video_url": "anna.mp4"}, "", "train_video_url must be a whole URL"),
        ({"background_green_screen": "yes"}, "background_green_screen", "must be a boolean (True or False)"),
        ({"on_destroy": "archive"}, "on_destroy", "must be one of delete, delete_hard, keep"),
        ({"wait_for_training": "3h"}, "wait_for_training", "must be a whole number of seconds"),
    ],
)
def test_each_mistake_is_found_without_the_network(given: dict[str, Any], name: str, words: str) -> None:
    """check names the property and what to write instead."""
    assert [reason for failed, reason in find_mistakes(Lifecycle, **{**ANNA, **given}) if failed == name and words in reason]


def test_right_inputs_pass() -> None:
    """check accepts a video, an image with a voice, and an existing replica."""
    assert find_mistakes(Lifecycle, **ANNA) == []
    assert find_mistakes(Lifecycle, **FROM_IMAGE, voice_name="v") == []
    assert find_mistakes(Lifecycle, **FROM_IMAGE, default_voice_id=ANNAS) == []
    assert find_mistakes(Lifecycle, **FROM_IMAGE, default_voice_id=UNKNOWN) == []
    assert find_mistakes(Lifecycle, existing_replica_id="r1") == []


@pytest.mark.parametrize("consent", [{}, {"consent_video_url": ANNA["consent_video_url"]}])
def test_consent_in_a_video_of_its_own_is_optional(sandbox: Sandbox, consent: Props) -> None:
    """Tavus's newer page of the call has no `consent_video_url`: it is sent where it is given, and never asked for."""
    inputs = {"replica_name": "Anna", "train_video_url": VIDEO, **consent}
    assert find_mistakes(Lifecycle, **inputs) == []
    object_at(Lifecycle, sandbox.url).create(inputs)
    (body,) = sent_bodies(sandbox, "POST")
    assert {name: body[name] for name in body if "consent" in name} == consent


def test_training_is_not_waited_for_unless_asked(sandbox: Sandbox) -> None:
    """By default `pulumi up` does not wait for the training, and a refresh shows when it is done."""
    replicas = object_at(Lifecycle, sandbox.url)
    id_, outs = replicas.create({**ANNA, "background_green_screen": True})
    assert sent_bodies(sandbox, "POST")[0]["properties"] == {"background_green_screen": True}
    assert outs["status"] == "started"
    assert replicas.diff(id_, outs, {**ANNA, "background_green_screen": True}).changes == ()
    sandbox.control.advance(5 * 3600)
    found = replicas.read(id_, outs)
    assert found
    assert found[1]["status"] == "completed"

    sandbox.control.set_behavior(training=1)
    other = object_at(Lifecycle, sandbox.url, urn=f"{OBJECT_URN}-other")
    _, outs = other.create({**ANNA, "wait_for_training": 60})
    assert (outs["status"], outs["model_name"]) == ("completed", "phoenix-4")


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"train_video_url": f"{VIDEO}?X-Amz-Signature=b"}, None),
        ({"model_name": "phoenix-4"}, None),
        ({"train_video_url": "https://footage.example.com/bob.mp4"}, "train_video_url"),
        ({"model_name": "phoenix-3"}, "model_name"),
        ({"background_green_screen": True}, "background_green_screen"),
    ],
)
def test_another_training_has_to_be_allowed(sandbox: Sandbox, changed: dict[str, Any], name: str | None) -> None:
    """The preview refuses a change that needs another training; a new signature in a URL needs none."""
    replicas, news = object_at(Lifecycle, sandbox.url), {**ANNA, **changed}
    id_, outs = replicas.create(ANNA)
    if name is None:
        assert replicas.diff(id_, outs, news).changes == ()
        return
    with pytest.raises(InputError, match=f"replica {id_} would have to be trained anew for another {name}.* allow_retrain=True"):
        replicas.diff(id_, outs, news)
    diff = replicas.diff(id_, outs, {**news, "allow_retrain": True})
    assert (diff.replaces, diff.delete_before_replace) == ((name,), False)


def test_an_address_that_only_up_knows_is_not_refused(sandbox: Sandbox) -> None:
    """A preview shows a URL that only `up` knows as a change, and `up` decides whether it needs a training."""
    replicas = object_at(Lifecycle, sandbox.url)
    id_, outs = replicas.create(ANNA)
    diff = replicas.diff(id_, outs, {**ANNA, "train_video_url": UNKNOWN})
    assert (diff.changes, diff.replaces) == (("train_video_url",), ())
    assert replicas.diff(id_, outs, {**ANNA, "train_video_url": UNKNOWN, "allow_retrain": True}).replaces == ("train_video_url",)


def test_inputs_that_only_up_knows_are_no_mistakes() -> None:
    """check reports mistakes that concern several inputs once all of them are known."""
    assert find_mistakes(Lifecycle, train_video_url=VIDEO, train_image_url=UNKNOWN) == []
    assert find_mistakes(Lifecycle, train_video_url=UNKNOWN, auto_fix_training_image=True) == []
    assert [name for name, _ in find_mistakes(Lifecycle, consent_video_url=UNKNOWN)] == ["train_video_url"]


def test_its_name_changes_in_place(sandbox: Sandbox) -> None:
    """Only the name changes in place, and only a change by hand of the name shows."""
    replicas = object_at(Lifecycle, sandbox.url)
    id_, outs = replicas.create(ANNA)
    outs = replicas.update(id_, outs, {**ANNA, "replica_name": "Anne"})
    assert sent_bodies(sandbox, "PATCH") == [{"replica_name": "Anne"}]
    replicas.update(id_, outs, {**ANNA, "replica_name": "Bob"})
    found = replicas.read(id_, outs)
    assert found
    assert replicas.diff(id_, found[1], {**ANNA, "replica_name": "Anne"}).changes == ("replica_name",)


@pytest.mark.parametrize(
    ("naming", "changed", "path"),
    [
        ("persona", {"replica_name": "Anne"}, "/v2/replicas/{}/name"),
        ("persona", {"default_voice_id": CHARLIES}, "/v2/faces/{}"),
        ("persona", {"replica_name": "Anne", "default_voice_id": CHARLIES}, "/v2/faces/{}"),
        ("pal", {"replica_name": "Anne"}, "/v2/faces/{}"),
        ("pal", {"replica_name": "Anne", "default_voice_id": CHARLIES}, "/v2/faces/{}"),
    ],
)
def test_name_and_voice_change_in_place_in_one_call(sandbox: Sandbox, naming: str, changed: Props, path: str) -> None:
    """A new name alone takes the older path where the account's names are the older ones; a voice has only the newer path."""
    replicas = object_at(Lifecycle, sandbox.url, naming=naming)
    given: Props = {"replica_name": "Anna", "train_image_url": IMAGE, "default_voice_id": ANNAS}
    id_, outs = replicas.create(given)
    diff = replicas.diff(id_, outs, {**given, **changed})
    assert (set(diff.changes), diff.replaces) == (set(changed), ())
    outs = replicas.update(id_, outs, {**given, **changed})
    assert [call["path"] for call in sandbox.control.calls() if call["method"] == "PATCH"] == [path.format(id_)]
    found = replicas.read(id_, outs)
    assert found
    assert found[1].items() >= {**given, **changed}.items()
    assert replicas.diff(id_, found[1], {**given, **changed}).changes == ()


def test_a_voice_that_somebody_chose_shows_and_is_put_back(sandbox: Sandbox) -> None:
    """Drift of the voice shows where Tavus returns it, and up writes the program's."""
    replicas, given = object_at(Lifecycle, sandbox.url), {**ANNA, "default_voice_id": ANNAS}
    id_, outs = replicas.create(given)
    object_at(Lifecycle, sandbox.url).update(id_, outs, {**given, "default_voice_id": CHARLIES})
    found = replicas.read(id_, outs)
    assert found
    assert found[1]["default_voice_id"] == CHARLIES
    assert replicas.diff(id_, found[1], given).changes == ("default_voice_id",)
    assert replicas.update(id_, found[1], given)["default_voice_id"] == ANNAS


def test_without_a_voice_it_speaks_with_the_one_that_it_was_trained_with(sandbox: Sandbox) -> None:
    """A voice that the program no longer has goes back to the original one, which outputs show."""
    sandbox.control.set_behavior(training=1)
    replicas, given = object_at(Lifecycle, sandbox.url), {**ANNA, "wait_for_training": 60}
    id_, outs = replicas.create(given)
    own = outs["original_voice_id"]
    assert outs["default_voice_id"] == own
    assert replicas.diff(id_, outs, {**given, "default_voice_id": own}).changes == ()
    outs = replicas.update(id_, outs, {**given, "default_voice_id": CHARLIES})
    assert (outs["default_voice_id"], outs["original_voice_id"]) == (CHARLIES, own)
    assert replicas.diff(id_, outs, given).changes == ("default_voice_id",)
    outs = replicas.update(id_, outs, given)
    assert outs["default_voice_id"] == own
    assert replicas.diff(id_, outs, given).changes == ()


@pytest.mark.parametrize("allow_retrain", [False, True])
def test_the_id_of_a_voice_instead_of_its_name_needs_no_training(sandbox: Sandbox, allow_retrain: bool) -> None:
    """An image that was trained with a stock voice takes another one in place."""
    replicas = object_at(Lifecycle, sandbox.url)
    given: Props = {"replica_name": "Anna", "train_image_url": IMAGE, "allow_retrain": allow_retrain}
    id_, outs = replicas.create({**given, "voice_name": "anna"})
    news = {**given, "default_voice_id": CHARLIES}
    assert replicas.diff(id_, outs, news).replaces == ()
    outs = replicas.update(id_, outs, news)
    assert sent_bodies(sandbox, "PATCH") == [{"default_voice_id": CHARLIES}]
    assert replicas.diff(id_, outs, news).changes == ()


@pytest.mark.parametrize("naming", ["persona", "pal"])
def test_a_replica_that_is_gone_is_known_as_gone_on_either_path(sandbox: Sandbox, naming: str) -> None:
    """An update of a deleted replica says so, under both names of its id."""
    replicas, given = object_at(Lifecycle, sandbox.url, naming=naming), {**ANNA, "default_voice_id": ANNAS}
    id_, _ = replicas.create(given)
    replicas.remove(id_)
    with pytest.raises(Gone):
        replicas.send_patch(id_, [{"op": "add", "path": "/default_voice_id", "value": CHARLIES}], {})


def test_a_model_that_tavus_does_not_document_is_a_warning() -> None:
    """phoenix-4.5 is documented; others are sent with a warning."""
    assert list(find_warnings(table(ReplicaArgs), {"model_name": "phoenix-4.5"})) == []
    assert [each.property for each in find_warnings(table(ReplicaArgs), {"model_name": "phoenix-5"})] == ["model_name"]


@pytest.mark.parametrize(("policy", "query"), [("delete", {}), ("delete_hard", {"hard": "true"}), ("keep", None)])
def test_footage_is_deleted_only_if_asked(sandbox: Sandbox, policy: str, query: dict[str, str] | None) -> None:
    """on_destroy decides whether the footage is deleted, the replica only, or nothing."""
    replicas = object_at(Lifecycle, sandbox.url)
    id_, outs = replicas.create({**ANNA, "on_destroy": policy})
    replicas.delete(id_, outs)
    assert [call["query"] for call in sandbox.control.calls() if call["method"] == "DELETE"] == ([] if query is None else [query])


def test_a_failed_training_is_told_and_made_again_only_if_allowed(sandbox: Sandbox) -> None:
    """A failed training is an error if `up` waits; else it is an output until allow_retrain allows another."""
    sandbox.control.set_behavior(training=1)
    sandbox.control.fail_training("The face is not visible.")
    replicas = object_at(Lifecycle, sandbox.url)
    with pytest.raises(WorkFailed, match=r"replica r\w+ could not be trained: The face is not visible"):
        replicas.create({**ANNA, "wait_for_training": 60})
    sandbox.control.fail_training("Too dark.")
    id_, outs = replicas.create(ANNA)
    sandbox.control.advance(60)
    found = replicas.read(id_, outs)
    assert found
    assert found[1]["error_message"] == "Too dark."
    assert replicas.diff(id_, found[1], ANNA).changes == ()
    assert replicas.diff(id_, found[1], {**ANNA, "allow_retrain": True}).replaces == ("status",)


def test_a_replica_is_adopted_as_it_is(sandbox: Sandbox) -> None:
    """Adopting compares only the name, because Tavus does not return what the replica was trained from."""
    replicas = object_at(Lifecycle, sandbox.url)
    id_, outs = replicas.create({"existing_replica_id": "r4a1b2c3d4e5"})
    assert (id_, outs["replica_name"]) == ("r4a1b2c3d4e5", "Our Host")
    with pytest.raises(InputError, match="at Tavus it has another replica_name"):
        replicas.create({"existing_replica_id": "r4a1b2c3d4e5", "replica_name": "Anna"})


def test_what_belongs_to_tavus_is_not_adopted(sandbox: Sandbox) -> None:
    """create refuses to adopt one of Tavus's own replicas, which can only be read."""
    replicas = object_at(Lifecycle, sandbox.url)
    with pytest.raises(
        InputError, match="r90bbd427f71: it is one of Tavus's own, which nobody can change or delete; give its id"
    ):
        replicas.create({"existing_replica_id": "r90bbd427f71"})
    assert replicas.read("r90bbd427f71", {})


def test_creating_tells_all_that_tavus_knows(sandbox: Sandbox) -> None:
    """The answer to a creation has only id and status, so the rest is asked for; without it the replica is there all the same."""
    replicas = object_at(Lifecycle, sandbox.url, retry_timeout=0)
    _, outs = replicas.create({"train_video_url": VIDEO})
    assert outs["replica_name"].startswith("thing-")
    assert (outs["model_name"], outs["training_progress"]) == ("phoenix-4", "0/100")
    sandbox.control.inject("get_replica", status=503)
    _, outs = object_at(Lifecycle, sandbox.url, retry_timeout=0, urn=f"{OBJECT_URN}-other").create(ANNA)
    assert outs["status"] == "started"
