"""The program with mocks: milliseconds, nothing is started."""

from pathlib import Path

import pytest

from tavus_provider.testing import InputError, TavusMocks

PROJECT = Path(__file__).parents[1]


def test_an_interview_is_private_and_ends_after_the_configured_minutes() -> None:
    """What the program declares."""
    mocks = TavusMocks().run(PROJECT, config={"persona_id": "p1234", "minutes": 20})
    call = mocks.find("Conversation", "interview")
    assert call.inputs["max_call_duration"] == 1200
    assert call.inputs["require_auth"] is True


def test_recordings_expire_and_nobody_can_publish_them() -> None:
    """What bucket and role become."""
    mocks = TavusMocks().run(PROJECT, config={"persona_id": "p1234"})
    bucket = mocks.find("RecordingBucket", "recordings")
    assert {"Days": 30} in [rule.get("Expiration") for rule in bucket.outputs["lifecycle_rules"]]
    assert all(bucket.outputs["public_access_block"].values())
    assert mocks.exports["bucket_name"] == bucket.id


def test_a_mistake_in_the_configuration_is_found_before_anything_is_created() -> None:
    """The message is that of `pulumi preview`."""
    with pytest.raises(InputError, match="Conversation 'interview': max_call_duration must be at least 1 second, not -300"):
        TavusMocks().run(PROJECT, config={"persona_id": "p1234", "minutes": -5})
