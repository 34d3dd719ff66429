"""Videos, transcriptions, replacements and lipsyncs, which take some time."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create_object, status_and_body
from tests.support.conversations import REPLICA

VIDEO = {"replica_id": REPLICA, "script": "Hello."}
URL = "https://example.com/video.mp4"

JOBS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "transcriptions": ("transcription_id", {"file_url": URL, "callback_url": URL}, {"text": "Hello, nice to meet you."}),
    "replacements": ("replacement_id", {"original_video_url": URL, "new_transcript": "Hello"}, {}),
    "lipsync": (
        "lipsync_id",
        {"original_video_url": URL, "source_audio_url": URL, "lipsync_name": "Lips"},
        {"video_url": "https://cdn.example.com/lipsync.mp4"},
    ),
}

each_job = pytest.mark.parametrize("kind", JOBS)


def create_video(api: httpx.Client, **body: Any) -> str:
    """Create a video and return its path."""
    return f"/v2/videos/{create_object(api, 'videos', **{**VIDEO, **body})['video_id']}"


def read(api: httpx.Client, path: str, **query: str) -> dict[str, Any]:
    """Return the body that GET answers."""
    answer: dict[str, Any] = api.get(path, params=query).raise_for_status().json()
    return answer


def test_a_video_is_queued_generating_ready(sandbox: Sandbox, api: httpx.Client) -> None:
    """A video is queued, then generating, then ready with links; lists and verbose answers show thumbnails."""
    sandbox.control.set_behavior(processing=60)
    answer = create_object(api, "videos", **VIDEO, video_name="Hello")
    assert set(answer) == {"video_id", "video_name", "status", "hosted_url", "created_at"}
    assert parsedate_to_datetime(answer["created_at"])
    path = f"/v2/videos/{answer['video_id']}"
    seen = []
    for _ in range(3):
        seen.append((read(api, path)["status"], bool(read(api, path)["download_url"])))
        sandbox.control.advance(30)
    assert seen == [("queued", False), ("generating", False), ("ready", True)]
    assert read(api, path)["data"] == {"script": "Hello."}
    assert "gif_thumbnail_url" not in read(api, path)
    thumbnail = read(api, path, verbose="true")["gif_thumbnail_url"]
    (item,) = api.get("/v2/videos").json()["data"]
    assert (item["gif_thumbnail_url"], item["error_details"]) == (thumbnail, "")


def test_a_fast_video_has_no_thumbnails(sandbox: Sandbox, api: httpx.Client) -> None:
    """A video with `fast` has no thumbnails, as Tavus documents."""
    path = create_video(api, fast=True)
    sandbox.control.advance(180)
    assert read(api, path, verbose="true")["still_image_thumbnail_url"] == ""


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"script": "Hello."}, "replica_id is required"),
        ({"replica_id": REPLICA}, "Either script or audio_url must be provided"),
        ({**VIDEO, "audio_url": URL}, "Either script or audio_url must be provided"),
        ({**VIDEO, "replica_id": "r-none"}, "Invalid replica_id"),
    ],
)
def test_a_video_needs_a_replica_and_one_source(api: httpx.Client, body: dict[str, Any], error: str) -> None:
    """A video needs a known replica and either a script or audio."""
    assert status_and_body(api.post("/v2/videos", json=body)) == (400, {"error": error})


def test_a_video_can_be_renamed(api: httpx.Client) -> None:
    """A new name is answered 200 without a body."""
    path = create_video(api)
    assert status_and_body(api.patch(f"{path}/name", json={"video_name": "Sales"})) == (200, None)
    assert read(api, path)["video_name"] == "Sales"


def test_a_softly_deleted_video_can_still_be_read(sandbox: Sandbox, api: httpx.Client) -> None:
    """A softly deleted video has the status `deleted`; a hard deletion makes it unknown."""
    path = create_video(api)
    assert status_and_body(api.delete(path)) == (200, None)
    sandbox.control.advance(600)
    assert read(api, path)["status"] == "deleted"
    assert api.get("/v2/videos").json()["total_count"] == 1
    assert status_and_body(api.delete(path, params={"hard": "true"})) == (200, None)
    assert status_and_body(api.get(path)) == (400, {"error": "Invalid video_id"})
    assert api.get("/v2/videos").json()["total_count"] == 0


def test_pages_of_videos_start_at_0(api: httpx.Client) -> None:
    """Lists of videos show the newest first and do not repeat their page."""
    paths = [create_video(api) for _ in range(3)]
    page = api.get("/v2/videos", params={"limit": 2, "page": 1}).json()
    assert ([f"/v2/videos/{one['video_id']}" for one in page["data"]], set(page)) == (paths[:1], {"data", "total_count"})


@each_job
def test_a_job_is_started_and_completed(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """GET and the list show the result of a completed job."""
    id_field, body, result = JOBS[kind]
    answer = create_object(api, kind, **body)
    path = f"/v2/{kind}/{answer[id_field]}"
    assert (answer["status"], read(api, path)["status"]) == ("started", "started")
    assert result.keys().isdisjoint(read(api, path))
    sandbox.control.advance(180)
    done = read(api, path)
    assert done == {**done, **result, "status": "completed"}
    assert api.get(f"/v2/{kind}").json() == {"data": [done], "total_count": 1}


@each_job
def test_a_job_needs_its_sources(api: httpx.Client, kind: str) -> None:
    """The refusal of a job names the missing source."""
    _, body, _ = JOBS[kind]
    first = next(iter(body))
    refused = api.post(f"/v2/{kind}", json={name: value for name, value in body.items() if name != first})
    assert status_and_body(refused) == (400, {"error": f"{first} is required"})


@each_job
def test_a_deleted_job_is_gone(api: httpx.Client, kind: str) -> None:
    """A deletion is answered 204, and the job is unknown from then on."""
    id_field, body, _ = JOBS[kind]
    path = f"/v2/{kind}/{create_object(api, kind, **body)[id_field]}"
    assert status_and_body(api.delete(path)) == (204, None)
    assert status_and_body(api.get(path)) == status_and_body(api.delete(path)) == (400, {"error": f"Invalid {id_field}"})


def test_a_lipsync_has_its_legacy_names(api: httpx.Client) -> None:
    """A lipsync shows its id and name under legacy names too."""
    answer = create_object(api, "lipsync", **JOBS["lipsync"][1])
    assert (answer["request_id"], answer["request_name"]) == (answer["lipsync_id"], answer["lipsync_name"])
