"""Secrets by their paths: which values they are, what contains them, and texts without them."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.schema.secrets import Secret, find_values, is_covered, redact, wrap_secrets


@pytest.mark.parametrize(
    ("path", "covered"),
    [("llm", True), ("llm.api_key", True), ("data[0]", True), ("data[0].url", True), ("llm_key", False), ("data", False)],
)
def test_a_path_covers_what_is_in_it(path: str, covered: bool) -> None:
    """An object covers its members and an item what is in it, but no other name that begins alike."""
    assert is_covered(path, ["llm", "data[0]"]) is covered


def test_values_are_strings_and_numbers_at_any_depth() -> None:
    """Secrets are the values at the paths, except empty ones and booleans, which occur everywhere."""
    inputs = {"llm": {"key": "k", "on": True, "none": ""}, "data": [{"url": "u", "n": 5}, {"url": "v"}], "plain": "p"}
    assert set(find_values(inputs, ["llm", "data[0].n", "data[1]"])) == {"k", 5, "v"}
    assert list(find_values(inputs, [])) == []


@pytest.mark.parametrize(
    ("value", "secrets", "wrapped"),
    [
        ("arn:secret/*", {"secret"}, ["arn:secret/*"]),
        ({"a": [{"b": "secret", "c": "plain"}]}, {"secret"}, {"a": [{"b": ["secret"], "c": "plain"}]}),
        ({"days": 30, "on": True, "text": "30"}, {30, 1}, {"days": [30], "on": True, "text": "30"}),
        ("active, a", {"a"}, ["active, a"]),
        ("active", {"a", "act"}, "active"),
    ],
)
def test_what_contains_a_secret_is_wrapped_where_it_is(value: Any, secrets: set[Secret], wrapped: Any) -> None:
    """A short secret counts only as a whole word, because its letters occur everywhere."""
    assert wrap_secrets(value, secrets, lambda found: [found]) == wrapped


@pytest.mark.parametrize(
    ("text", "secrets", "redacted"),
    [
        ("a secret-key and a secret", {"secret", "secret-key"}, "a *** and a ***"),
        (r"""answered {"text": "it's \"x\"\n"}""", {'it\'s "x"\n'}, 'answered {"text": "***"}'),
        (r"""answered 'it\'s "x"'""", {'it\'s "x"'}, "answered '***'"),
        ("could not create 5 of 50", {5}, "could not create *** of 50"),
    ],
)
def test_a_text_shows_stars(text: str, secrets: set[Secret], redacted: str) -> None:
    """The longest secret is replaced first, and secrets that an answer escapes are found as well."""
    assert redact(text, secrets) == redacted
