"""Languages: codes and misspelt names are refused with the right name, unlisted ones pass with a warning."""

from __future__ import annotations

import pytest

from tavus_provider.conversations.languages import LANGUAGES, MULTILINGUAL, language, unlisted

UNLISTED = (
    "Afrikaans Albanian Amharic Armenian Assamese Azerbaijani Basque Belarusian Bengali Bosnian Burmese "
    "Catalan Cebuano Estonian Galician Georgian Gujarati Hausa Hebrew Icelandic Irish Javanese Kannada "
    "Kazakh Khmer Kurdish Kyrgyz Lao Latvian Lithuanian Luxembourgish Macedonian Malayalam Marathi "
    "Mongolian Nepali Odia Pashto Persian Punjabi Serbian Sindhi Sinhala Slovenian Somali Sundanese "
    "Swahili Tagalog Telugu Thai Urdu Uzbek Welsh Yoruba Zulu "
).split()


@pytest.mark.parametrize("name", [*LANGUAGES.values(), MULTILINGUAL])
def test_listed_names_pass_silently(name: str) -> None:
    """What Tavus lists passes without a word."""
    assert (language(name), unlisted(name)) == (None, None)


@pytest.mark.parametrize(("code", "name"), [*LANGUAGES.items(), ("en-US", "English"), ("pt_BR", "Portuguese"), ("EN", "English")])
def test_codes_are_answered_with_the_name(code: str, name: str) -> None:
    """A code, with or without a country, is refused with the name to write."""
    assert f"write {name!r} instead of {code!r}" in str(language(code))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("english", "English"),
        ("Englsh", "English"),
        ("Germn", "German"),
        ("Portugese", "Portuguese"),
        ("Multilingual", "multilingual"),
    ],
)
def test_near_misses_are_answered_with_the_nearest_name(written: str, name: str) -> None:
    """A name in the wrong case or with a slip is refused with the right one."""
    assert f"write {name!r}" in str(language(written))


@pytest.mark.parametrize("name", UNLISTED)
def test_unlisted_names_pass_with_a_warning(name: str) -> None:
    """Tavus's list is open-ended, so a language it does not list is sent as it is, and the user is told."""
    assert language(name) is None
    assert "not among the languages that Tavus lists" in str(unlisted(name))


def test_an_unknown_code_is_refused() -> None:
    """A code is never what Tavus wants, even one that we have no name for."""
    assert "'xx'" in str(language("xx"))
