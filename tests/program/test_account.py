"""Account: mistakes in its arguments."""

from __future__ import annotations

from typing import Any

import pytest

import tavus_provider as tavus


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"apikey": "k"}, "Account has no argument apikey: did you mean api_key?"),
        ({"retry_timout": 5}, "Account has no argument retry_timout: did you mean retry_timeout?"),
        ({"region": "eu"}, "Account has no argument region"),
    ],
)
def test_an_unknown_argument_is_named_with_the_nearest(args: dict[str, Any], words: str) -> None:
    """The error names the nearest argument, and does not show the value, which may be a key."""
    with pytest.raises(TypeError) as error:
        tavus.Account("second", **args)

    assert str(error.value) == words
