"""Voice: a voice of one's own, made from a recording of somebody who agreed to it.

The surprising rule: a replica can go back to the voice that it began with, so Tavus keeps that one as long as the replica exists.
"""

import functools
from collections.abc import Iterator
from typing import Annotated, TypedDict

from ..api.call import Call
from ..api.errors import ApiError, InputError
from ..api.notices import notify
from ..lifecycle.base import Props
from ..lifecycle.json_patch import Operation, make_merge_patch
from ..lifecycle.processed_object import ProcessedObjectLifecycle
from ..lifecycle.tavus_object import Extra, OnDestroy, existing
from ..schema.annotations import Input, Output
from ..schema.extra import EXTRA
from ..schema.fields import Field
from ..schema.formats import validate_http_url
from ..schema.outputs import CREATED_AT, Out
from ..schema.signed_urls import remove_signature
from ..schema.validation import Failure

_WriteOnly = functools.partial(Field, write_only=True, validator=validate_http_url, sensitive=True)


class VoiceArgs(TypedDict, total=False):
    """The inputs of a voice."""

    voice_name: Annotated[
        Input[str], Field("Name; `<resource>-<7 hex digits>` where none is given.", replaces=False, max_length=255)
    ]
    train_audio_url: Annotated[
        Input[str],
        _WriteOnly(
            "Address of a recording (mp3, wav, m4a, flac, ogg, oga, webm, mp4 or mov) to which you hold the rights; a new "
            "signature in it is no change.",
            normalize=remove_signature,
            max_length=2048,
            source="Tavus API reference, Create Voice, and for its name Create Replica",
        ),
    ]
    description: Annotated[Input[str], Field("Note about the voice.", replaces=False, max_length=1000)]
    callback_url: Annotated[Input[str], _WriteOnly("Receives a webhook when the voice is ready, or when it failed.")]
    wait_for_ready: Annotated[
        Input[int],
        Field(
            "How long `pulumi up` waits until it can speak, where Pulumi's own option custom_timeouts has no effect; 0 does not "
            "wait.",
            wire_path=None,
            replaces=False,
            source="tavus_provider",
            default=600,
            unit="seconds",
            minimum=0,
        ),
    ]
    extra: Extra
    existing_voice_id: Annotated[Input[str], existing("a voice")]
    on_destroy: OnDestroy


class VoiceState:
    """Outputs of Voice."""

    voice_id: Annotated[Output[str], Out("Id of the voice.", example="v{digits}")]
    voice_name: Annotated[Output[str], Out("Its name, given or chosen.", example="{name}")]
    description: Annotated[Output[str | None], Out("Note about it.")]
    status: Annotated[Output[str], Out("`started`, `completed` or `error`, as of the last refresh.", example="completed")]
    error_message: Annotated[Output[str | None], Out("Why Tavus could not make it.")]
    created_at: Annotated[Output[str], CREATED_AT]


class VoiceLifecycle(ProcessedObjectLifecycle):
    """Lifecycle of a voice. Source: Tavus API reference, Create Voice, Get Voice, Update Voice and Delete Voice."""

    args = VoiceArgs
    state = VoiceState
    name = "Voice"
    noun = "voice"
    path = "/v2/voices"
    id_field = "voice_id"
    name_input = "voice_name"
    needed = (name_input,)
    wait_input = "wait_for_ready"
    work = "trained"
    done = "completed"
    progress_field = "progress"

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes that concern more than one input."""
        if not given.keys() & {"train_audio_url", self.existing, EXTRA}:
            yield Failure("train_audio_url", "is missing: give the address of the recording to train from")

    def send_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Send the new values as an object, since Tavus takes no JSON Patch here. A name cannot be removed, so it stays."""
        patch = make_merge_patch(operations)
        values = {name: value for name, value in patch.items() if value is not None or name != self.name_input}
        if values:
            self.client.send(self.call("PATCH", id_, "update"), values)

    def remove(self, id_: str, **query: str) -> bool:
        """Delete the voice; where Tavus keeps it for good, a notice says so. Raises InputError where something speaks with it."""
        try:
            return super().remove(id_, **query)
        except ApiError as error:
            if error.status != 409:
                raise
            # 409 means that something speaks with the voice, or that a replica can go back to it.
            holders = self._find_replicas_of(id_)
            if not holders:
                remedy = "give what speaks with it another voice, and run that again; or set on_destroy='keep'"
                raise InputError(f"{error}; {remedy}") from error
        notify(f"voice {id_} stays at Tavus, which deletes no voice that a replica began with: {', '.join(holders)}")
        return True

    def _find_replicas_of(self, id_: str) -> list[str]:
        """Return the ids of the account's replicas that began with the voice."""
        call = Call("GET", "/v2/replicas", f"look who speaks with voice {id_}")
        replicas = self.client.pages(call, "replica_id", replica_type="user")
        return [each["replica_id"] for each in replicas if each.get("original_voice_id") == id_]

    def list_own(self, doing: str) -> list[Props]:
        """Return the account's own voices; no filter of Tavus's leaves out those of its catalog."""
        return [each for each in super().list_own(doing) if each.get("voice_type") != "system"]

    def adopt(self, news: Props) -> tuple[str, Props]:
        """Return id and object of the existing voice. Raises InputError for one of Tavus's own."""
        id_, document = super().adopt(news)
        if document.get("voice_type") == "system":
            raise InputError(
                f"could not adopt voice {id_}: it is one of Tavus's own, which nobody can change or delete; give its id to "
                "personas and replicas as it is"
            )
        return id_, document
