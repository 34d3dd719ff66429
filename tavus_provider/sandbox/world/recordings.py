"""Recordings: their destination, their content, and how events describe them.

Sources: Tavus API reference, Create Conversation (properties.recording_storage and the flat fields that it replaces);
Tavus guide, Conversation Recordings (application.recording_ready).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

DEFAULT_EXTERNAL_ID = "tavus"

Writer = Callable[[str, bytes], None]
"""Writes bytes under a key into the user's bucket; raises WriteError."""


class WriteError(Exception):
    """Failure to write a recording; the text says what the storage answered."""


@dataclass(frozen=True)
class Destination:
    """Place that the recordings of a conversation go to. `bucket` is the container in the case of azure_blob."""

    provider: str
    bucket: str
    region: str = ""
    role_arn: str = ""
    external_id: str = DEFAULT_EXTERNAL_ID
    storage_account: str = ""

    def uri(self, key: str) -> str:
        """Return the address of an object there."""
        if self.provider == "azure_blob":
            return f"https://{self.storage_account}.blob.core.windows.net/{self.bucket}/{key}"
        return f"{'gs' if self.provider == 'gcs' else 's3'}://{self.bucket}/{key}"


class RecordingStore(Protocol):
    """Storage service that recordings are written to."""

    def make_writer(self, destination: Destination, iam_delay: float) -> Writer:
        """Check role and bucket, and return the function that writes there.

        A role younger than `iam_delay` (seconds) cannot be assumed yet. Raises ErrorAnswer (400).
        """


def find_destination(properties: Mapping[str, Any]) -> Destination | None:
    """Return the destination that valid `properties` of a create call name, or None."""  # assumed: flat-storage
    storage = properties.get("recording_storage")
    if storage:
        return Destination(
            provider=storage["provider"],
            bucket=storage.get("bucket_name") or storage.get("container", ""),
            region=storage.get("bucket_region", ""),
            role_arn=storage.get("assume_role_arn", ""),
            external_id=storage.get("external_id") or DEFAULT_EXTERNAL_ID,
            storage_account=storage.get("storage_account", ""),
        )
    if "recording_s3_bucket_name" in properties:
        bucket, region = properties["recording_s3_bucket_name"], properties["recording_s3_bucket_region"]
        return Destination("s3", bucket, region, properties["aws_assume_role_arn"])
    return None


@dataclass
class Recording:
    """One recording of one conversation, from its start until it is in the bucket.

    `status` is `recording`, then `saving`, then one of `written` (the object is there), `simulated` (nothing was
    written: no AWS endpoint, or a destination that is not s3) and `failed` (`error` says why).
    """

    conversation_id: str
    destination: Destination
    started: float
    stopped: float | None = None
    status: str = "recording"
    error: str | None = None

    @property
    def key(self) -> str:
        """Return the object's key."""
        return f"{self.conversation_id}/{int(self.started * 1000)}"  # assumed: recording-key

    @property
    def duration(self) -> int:
        """Return the duration in whole seconds, 0 while it runs."""
        return round(self.stopped - self.started) if self.stopped is not None else 0

    def event_properties(self) -> dict[str, Any]:
        """Return the properties of application.recording_ready."""  # assumed: recording-others
        return {
            "bucket_name": self.destination.bucket,
            "s3_key": self.key,
            "duration": self.duration,
            "storage_provider": self.destination.provider,
            "storage_uri": self.destination.uri(self.key),
        }

    def content(self) -> bytes:
        """Return the object's bytes: a well-formed MP4 without tracks whose `free` box names the conversation."""
        brand = _box(b"ftyp", b"isom" + struct.pack(">I", 0x200) + b"isommp41")
        note = f"sandbox recording of {self.conversation_id}, {self.duration} s".encode()
        return brand + _box(b"free", note) + _box(b"mdat", b"")


# A box of MP4: four bytes of length, four of kind, the payload. Source: ISO/IEC 14496-12.
def _box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", 8 + len(payload)) + kind + payload
