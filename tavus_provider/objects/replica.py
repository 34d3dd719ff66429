"""Replica: a face and voice of one's own, trained from a video or an image.

The surprising rule: only its name and its default voice can change; anything else needs another training, of hours and quota,
which has to be allowed.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypedDict

from ..api.call import Call
from ..api.errors import InputError
from ..api.paths import path_to
from ..lifecycle.base import Diff, Props
from ..lifecycle.json_patch import Operation, make_merge_patch
from ..lifecycle.processed_object import ProcessedObjectLifecycle
from ..lifecycle.tavus_object import Extra, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field, instead_of
from ..schema.formats import validate_http_url
from ..schema.outputs import CREATED_AT, Out
from ..schema.signed_urls import remove_signature
from ..schema.unknowns import UNKNOWN
from ..schema.validation import Failure

if TYPE_CHECKING:
    from ..resources.voice import Voice

_Own = functools.partial(Field, wire_path=None, replaces=False, source="tavus_provider")
_WriteOnly = functools.partial(Field, write_only=True)
_Footage = functools.partial(_WriteOnly, validator=validate_http_url, normalize=remove_signature, sensitive=True)
_MODELS = ("phoenix-3", "phoenix-4", "phoenix-4.5")
"""Sources: Tavus API reference, Create Replica; Tavus docs, Stock Face Model Map."""
_SIGNED = "a new signature in its address is no change."


_NEWER_NAMES = {"replica_name": "face_name", "default_voice_id": "default_voice_id"}
"""Members of the body of Update Face, by input."""


class ReplicaArgs(TypedDict, total=False):
    """The inputs of a replica."""

    replica_name: Annotated[Input[str], Field("Name; `<resource>-<7 hex digits>` where none is given.", replaces=False)]
    train_video_url: Annotated[Input[str], _Footage(f"Video to train from; {_SIGNED}")]
    train_image_url: Annotated[Input[str], _Footage(f"Image to train from instead; {_SIGNED}")]
    consent_video_url: Annotated[
        Input[str],
        _Footage(f"Consent of the person, unless the video begins with it; {_SIGNED} Tavus's page Create Face lacks this input."),
    ]
    voice_name: Annotated[Input[str], _WriteOnly("Stock voice; an image needs it or default_voice_id.", normalize=str.lower)]
    default_voice_id: Annotated[
        Input[str],
        _WriteOnly(
            "Id of the voice with which it speaks where the persona has none; not with voice_name. Without it, a replica keeps "
            "the voice that it was trained with.",
            replaces=False,
            is_id=True,
            source="Tavus docs, Voices for Image-Based Faces; Tavus API reference, Update Face",
        ),
    ]
    default_voice: Annotated["Voice", instead_of("default_voice_id", "Voice of the program.")]
    auto_fix_training_image: Annotated[Input[bool], _WriteOnly("Lets Tavus fix an image that does not fit.", default=False)]
    callback_url: Annotated[
        Input[str], _WriteOnly("Receives a webhook when the training ends.", validator=validate_http_url, sensitive=True)
    ]
    model_name: Annotated[Input[str], _WriteOnly("Model to train.", default="phoenix-4", known=_MODELS)]
    background_green_screen: Annotated[
        Input[bool], _WriteOnly("The background of the video is green.", wire_path="properties", default=False)
    ]
    allow_retrain: Annotated[
        Input[bool], _Own("Lets a change that needs it train another replica, with hours and quota.", default=False)
    ]
    wait_for_training: Annotated[
        Input[int],
        _Own(
            "How long `pulumi up` waits for the training; 0 does not wait, and conversations take trained replicas only.",
            default=0,
            unit="seconds",
            minimum=0,
        ),
    ]
    extra: Extra
    existing_replica_id: Annotated[Input[str], existing("a replica")]
    on_destroy: Annotated[
        Input[Literal["delete", "delete_hard", "keep"]],
        _Own("Whether destroying deletes the replica, its footage too, or leaves both at Tavus.", default="delete"),
    ]


class ReplicaState:
    """Outputs of Replica."""

    replica_id: Annotated[Output[str], Out("Id of the replica.", example="r{digits}")]
    replica_name: Annotated[Output[str], Out("Its name, given or chosen.", example="{name}")]
    default_voice_id: Annotated[
        Output[str | None], Out("Voice with which it speaks where a persona has none.", example="v{digits}")
    ]
    original_voice_id: Annotated[Output[str | None], Out("Voice that it was trained with.", example="v{digits}")]
    model_name: Annotated[Output[str | None], Out("Model that it was trained with.", example="phoenix-3")]
    status: Annotated[Output[str], Out("`started`, `completed` or `error`, as of the last refresh.", example="completed")]
    error_message: Annotated[Output[str | None], Out("Why its training failed.")]
    training_progress: Annotated[Output[str | None], Out("How far the training is, as in `40/100`.", example="100/100")]
    thumbnail_video_url: Annotated[
        Output[str | None], Out("A short video of it.", example="https://cdn.replica.tavus.io/{digits}.mp4")
    ]
    created_at: Annotated[Output[str], CREATED_AT]


class ReplicaLifecycle(ProcessedObjectLifecycle):
    """Lifecycle of a replica. Source: Tavus API reference, Create Replica, Rename Replica, Update Face and Delete Replica."""

    args = ReplicaArgs
    state = ReplicaState
    name = "Replica"
    noun = "replica"
    path = "/v2/replicas"
    id_field = "replica_id"
    deletion_status = 200
    name_input = "replica_name"
    needed = (name_input,)
    wait_input = "wait_for_training"
    work = "trained"
    done = "completed"
    progress_field = "training_progress"
    longest_pause = 60.0
    own_query: ClassVar[Mapping[str, str]] = {"replica_type": "user"}  # Tavus's have names that people give theirs, too

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes that concern more than one input."""
        voices = given.keys() & {"voice_name", "default_voice_id"}
        sources = given.keys() & {"train_video_url", "train_image_url"}
        if not sources and self.existing not in given:
            yield Failure("train_video_url", "is missing: give train_video_url, or train_image_url with a voice")
        if len(sources) > 1:
            yield Failure("train_image_url", "cannot be combined with train_video_url: give only one of them")
        if "train_image_url" in given and not voices:
            yield Failure("voice_name", "or default_voice_id is required with train_image_url: an image has no voice")
        if len(voices) > 1:
            yield Failure("default_voice_id", "cannot be combined with voice_name: give only one of them")
        if "train_image_url" in given and given.get("model_name") == "phoenix-3":
            yield Failure("model_name", "must be phoenix-4 or later with train_image_url: phoenix-3 is trained from videos only")
        if given.get("auto_fix_training_image") is True and "train_video_url" in given:
            yield Failure("auto_fix_training_image", "cannot be used with train_video_url: Tavus fixes images only")

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare. Raises InputError if a change needs another training that is not allowed, once `up` knows all values."""
        found = super().diff(id_, olds, news)
        if "default_voice_id" in news and "voice_name" not in news:
            # The voice changes in place, so it no longer matters with which one the replica was trained.
            found = replace(found, replaces=tuple(name for name in found.replaces if name != "voice_name"))
        if news.get("allow_retrain") or self.existing in found.replaces:
            return found
        names = ", ".join(name for name in found.replaces if name != "status" and news.get(name) is not UNKNOWN)
        if names:
            raise InputError(
                f"replica {id_} would have to be trained anew for another {names}, which takes hours and quota: take the change "
                "back, or set allow_retrain=True, with wait_for_training where the old one has to serve until then"
            )
        changes = tuple(name for name in found.changes if name not in found.replaces or news.get(name) is UNKNOWN)
        return Diff(changes, (), found.delete_before_replace)

    def parse(self, answer: Mapping[str, Any], known: Props) -> Props:
        """Return the replica; inputs of its training keep their known values, since they cannot change."""
        settled = {row.name for row in self.inputs if row.field.replaces and row.name in known}
        return {name: value for name, value in answer.items() if name not in settled}

    def send_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Change name, voice and members of `extra` in one call; a name cannot be removed, so it stays."""
        values = make_merge_patch(operations)
        # Without a voice of the program, the replica gets back the one that it was trained with.
        if "default_voice_id" in values and values["default_voice_id"] is None:
            values["default_voice_id"] = self.get(id_, "update", {}).get("original_voice_id")
        settled = {row.name for row in self.inputs if row.field.replaces}  # by the training
        kept = {name for name in _NEWER_NAMES if values.get(name) is None}
        changes = {name: value for name, value in values.items() if name not in settled | kept}
        if changes:
            self._change(id_, changes)

    def _change(self, id_: str, changes: Props) -> None:
        # The older path can only rename. A voice takes the newer one in both namings, since a replica and its face have one id.
        if changes.keys() == {"replica_name"} and self.settings.naming == "persona":
            call = Call("PATCH", path_to(self.path, id_, "name"), f"rename {self.noun} {id_}", self.id_field)
            self.client.send(call, changes)
        else:
            self.client.send(self._call_newer(id_), {_NEWER_NAMES.get(name, name): value for name, value in changes.items()})

    def _call_newer(self, id_: str) -> Call:
        # With the newer naming, the client translates the id's name in Tavus's refusals.
        id_field = "face_id" if self.settings.naming == "persona" else self.id_field
        return Call("PATCH", path_to("/v2/faces", id_), f"update {self.noun} {id_}", id_field)

    def discard(self, id_: str, found: Props, news: Props) -> None:
        """Delete what an interrupted run began to train with other inputs only where another training is allowed."""
        if found.get("status") != "error" and not news.get("allow_retrain"):
            raise InputError(
                f"an interrupted run created replica {id_} with other inputs: adopt it with {self.existing}={id_!r}, "
                "or set allow_retrain=True to have it deleted and another one trained"
            )
        super().discard(id_, found, news)

    def deletion_query(self, olds: Props) -> dict[str, str]:
        """Return the query that deletes the footage, too, if `on_destroy` asks for it."""
        return {"hard": "true"} if olds.get("on_destroy") == "delete_hard" else {}

    def adopt(self, news: Props) -> tuple[str, Props]:
        """Return id and object of the existing replica. Raises InputError for one of Tavus's own."""
        id_, document = super().adopt(news)
        answer = self.client.send(self.call("GET", id_, "adopt"), verbose="true")  # without verbose it has no replica_type
        if answer.get("replica_type") == "system":
            raise InputError(
                f"could not adopt replica {id_}: it is one of Tavus's own, which nobody can change or delete; give its id to "
                "conversations and personas as it is"
            )
        return id_, document
