"""Personas that somebody edits in PAL Maker, too, and their meetings, which Tavus wants patched on their own."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.api.errors import ApiError, InputError
from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.persona import PersonaLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tests.support.calls import call_lines, sent_bodies
from tests.support.conversations import REPLICA
from tests.support.http_client import HTTP
from tests.support.lifecycles import conversation_at, create_and_update, find_mistakes, object_at

GIVEN: Props = {"system_prompt": "You coach.", "default_replica_id": REPLICA}
CHANGED: Props = {**GIVEN, "system_prompt": "You teach."}
OPERATION = {"op": "add", "path": "/system_prompt", "value": "You teach."}


def create_drafted(sandbox: Sandbox, given: Props = GIVEN) -> tuple[Lifecycle, str, Props]:
    """Create a persona, deploy it by a conversation, and let somebody change it in PAL Maker without publishing that."""
    personas = object_at(Lifecycle, sandbox.url)
    id_, outs = personas.create(given)
    conversation_at(sandbox.url).create({"persona_id": id_, "test_mode": True})
    sandbox.control.edit_in_maker(id_, system_prompt="You sell.")
    return personas, id_, outs


def prompt_of(sandbox: Sandbox, id_: str) -> str:
    """Return the prompt of the live persona."""
    (prompt,) = [each["system_prompt"] for each in sandbox.control.objects("personas") if each["id"] == id_]
    return str(prompt)


@pytest.mark.parametrize("naming", ["persona", "pal"])
def test_a_change_beside_unpublished_ones_is_refused_with_the_remedy(sandbox: Sandbox, naming: str) -> None:
    """One line says who else changes the persona, and both ways out; nothing was changed, and the draft is still there."""
    _, id_, outs = create_drafted(sandbox)
    with pytest.raises(ApiError) as caught:
        object_at(Lifecycle, sandbox.url, naming=naming).update(id_, outs, CHANGED)
    message = str(caught.value)
    assert message.startswith(f"could not update persona {id_}: Tavus answered 409 '")
    assert "(maker_changes)" in message
    assert message.endswith(
        "somebody has unpublished changes of it in PAL Maker (https://maker.tavus.io): have them published or dropped there and "
        'run `pulumi up` again, or set maker_draft="discard", which drops them'
    )
    assert prompt_of(sandbox, id_) == "You coach."
    HTTP.post(f"{sandbox.url}/v2/pals/{id_}/publish", headers={"x-api-key": sandbox.key}).raise_for_status()
    assert prompt_of(sandbox, id_) == "You sell."


def test_a_change_that_drops_the_unpublished_ones_says_so(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """With maker_draft="discard" the change is made by force, and a notice tells what was lost for it; next time nothing is."""
    personas, id_, outs = create_drafted(sandbox)
    outs = personas.update(id_, outs, {**CHANGED, "maker_draft": "discard"})
    assert prompt_of(sandbox, id_) == "You teach."
    assert capfd.readouterr().err == f"persona {id_}: its unpublished changes in PAL Maker are dropped, as maker_draft says\n"
    assert f"PATCH /v2/personas/{id_}?force=true" in call_lines(sandbox)
    personas.update(id_, outs, GIVEN)
    assert capfd.readouterr().err == ""


def test_where_a_change_goes_into_the_draft_the_notice_says_that_it_is_not_live(
    sandbox: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """The older behavior: the change waits for somebody who publishes it; a refresh shows the difference until then."""
    sandbox.control.set_behavior(maker_drafts="publish")
    personas, id_, outs = create_drafted(sandbox)
    outs = personas.update(id_, outs, CHANGED)
    url = f"{sandbox.url}/v2/personas/{id_}/publish"
    assert capfd.readouterr().err == (
        f"persona {id_}: the change is in the draft of PAL Maker and reaches calls only once somebody publishes it: there, or "
        f"with POST {url}\n"
    )
    read = personas.read(id_, outs)
    assert read is not None
    assert personas.diff(id_, read[1], CHANGED).changes == ("system_prompt",)
    HTTP.post(url, headers={"x-api-key": sandbox.key}).raise_for_status()
    assert personas.read(id_, outs) == (id_, outs)


def test_maker_draft_is_never_sent_and_its_change_alone_calls_nobody(sandbox: Sandbox) -> None:
    """No request has this input, and a change of it alone makes no call."""
    create_and_update(object_at(Lifecycle, sandbox.url), GIVEN, {**GIVEN, "maker_draft": "discard"})
    assert sent_bodies(sandbox, "PATCH") == []
    object_at(Lifecycle, sandbox.url).create({**GIVEN, "maker_draft": "discard"})
    assert "maker_draft" not in sent_bodies(sandbox, "POST")[-1]
    assert find_mistakes(Lifecycle, **GIVEN, maker_draft="keep") == [
        ("maker_draft", "must be one of refuse, discard, not 'keep'")
    ]


MEETINGS: Props = {**GIVEN, "llm": {"model": "tavus-gpt-oss"}, "conferencing": {"username": "coach"}}


@pytest.mark.parametrize(
    ("olds", "news", "patches"),
    [
        (
            MEETINGS,
            {**MEETINGS, "system_prompt": "You teach.", "conferencing": {"username": "teacher"}},
            [[OPERATION], [{"op": "add", "path": "/layers/conferencing/username", "value": "teacher"}]],
        ),
        (
            GIVEN,
            MEETINGS,
            [
                [{"op": "add", "path": "/layers", "value": {"llm": {"model": "tavus-gpt-oss"}}}],
                [{"op": "add", "path": "/layers/conferencing", "value": {"username": "coach"}}],
            ],
        ),
        (
            GIVEN,
            {**GIVEN, "conferencing": {"username": "coach"}},
            [[{"op": "add", "path": "/layers", "value": {"conferencing": {"username": "coach"}}}]],
        ),
        (
            MEETINGS,
            {name: value for name, value in MEETINGS.items() if name not in ("conferencing", "default_replica_id")},
            [[{"op": "remove", "path": "/layers/conferencing"}], [{"op": "remove", "path": "/default_replica_id"}]],
        ),
        (
            {"system_prompt": "You coach."},
            {**GIVEN, "conferencing": {"username": "coach"}},
            [
                [{"op": "add", "path": "/default_replica_id", "value": REPLICA}],
                [{"op": "add", "path": "/layers", "value": {"conferencing": {"username": "coach"}}}],
            ],
        ),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_a_change_of_meetings_is_a_patch_of_its_own(
    sandbox: Sandbox, olds: Props, news: Props, patches: list[Any], whole: bool
) -> None:
    """Two patches make a mixed change, in the order in which Tavus takes them: the replica is there while there are meetings."""
    sandbox.control.set_behavior(whole_personas=whole)
    create_and_update(object_at(Lifecycle, sandbox.url), olds, news)
    assert sent_bodies(sandbox, "PATCH") == patches


def test_a_change_of_meetings_alone_concerns_no_draft(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """The patch is neither refused nor forced, so unpublished changes in PAL Maker stay."""
    personas, id_, outs = create_drafted(sandbox, MEETINGS)
    personas.update(id_, outs, {**MEETINGS, "conferencing": {"username": "teacher"}, "maker_draft": "discard"})
    assert f"PATCH /v2/personas/{id_}" in call_lines(sandbox)
    assert capfd.readouterr().err == ""
    with pytest.raises(ApiError, match="maker_changes"):
        personas.update(id_, outs, {**MEETINGS, "system_prompt": "You teach."})


def test_an_error_about_meetings_names_what_was_changed_before_it(sandbox: Sandbox) -> None:
    """The second patch fails on its own; the next run sends only what is missing."""
    personas = object_at(Lifecycle, sandbox.url)
    personas.create({**GIVEN, "conferencing": {"username": "teacher"}})
    id_, outs = personas.create(MEETINGS)
    with pytest.raises(InputError) as caught:
        personas.update(id_, outs, {**MEETINGS, "system_prompt": "You teach.", "conferencing": {"username": "teacher"}})
    message = str(caught.value)
    assert message.startswith(
        f"could not update the conferencing of persona {id_}: Tavus answered 400 'Username is already taken.'"
    )
    assert "Tavus refused to change conferencing.username: take that back" in message
    assert message.endswith("changed before that: system_prompt")
    before = len(sent_bodies(sandbox, "PATCH"))
    personas.update(id_, outs, {**MEETINGS, "system_prompt": "You teach.", "conferencing": {"username": "tutor"}})
    assert sent_bodies(sandbox, "PATCH")[before:] == [[{"op": "add", "path": "/layers/conferencing/username", "value": "tutor"}]]


def test_a_refusal_for_the_drafts_sake_changes_no_meetings_either(sandbox: Sandbox) -> None:
    """The patch that can be refused goes first, so that the change is not made by half."""
    personas, id_, outs = create_drafted(sandbox, MEETINGS)
    with pytest.raises(ApiError, match="maker_changes"):
        personas.update(id_, outs, {**MEETINGS, "system_prompt": "You teach.", "conferencing": {"username": "teacher"}})
    (persona,) = [each for each in sandbox.control.objects("personas") if each["id"] == id_]
    assert persona["layers"]["conferencing"] == {"username": "coach"}


@pytest.mark.parametrize(("whole", "expected"), [(True, "teacher@tavusinvite.com"), (False, None)])
def test_a_changed_identity_has_another_address(sandbox: Sandbox, whole: bool, expected: str | None) -> None:
    """After an update the output has the address that Tavus tells, and never the one from before."""
    sandbox.control.set_behavior(whole_personas=whole)
    _, outs = create_and_update(
        object_at(Lifecycle, sandbox.url), MEETINGS, {**MEETINGS, "conferencing": {"username": "teacher"}}
    )
    assert outs.get("conferencing_email") == expected


def test_layers_of_others_stay_when_the_last_one_of_the_program_goes(sandbox: Sandbox) -> None:
    """Removing the program's last layer leaves the layers that somebody set in PAL Maker."""
    personas = object_at(Lifecycle, sandbox.url)
    olds = {**GIVEN, "stt": {"hotwords": "Tavus"}}
    id_, outs = personas.create(olds)
    sandbox.control.edit_in_maker(id_, layers={"stt": {"hotwords": "Tavus"}, "tts": {"tts_engine": "azure"}})
    personas.update(id_, outs, GIVEN)
    assert sent_bodies(sandbox, "PATCH") == [[{"op": "remove", "path": "/layers/stt"}]]
