"""Languages: codes and misspelled names are refused with the right name, unlisted ones pass with a warning."""

from __future__ import annotations

import pytest

from tavus_provider.conversations.languages import LANGUAGES, MULTILINGUAL, validate_language, warn_of_unlisted_language

UNLISTED = (
    "Afrikaans Albanian Amharic Armenian Assamese Azerbaijani Basque Belarusian Bosnian Burmese "
    "Catalan Cebuano Estonian Galician Hausa Icelandic Irish Javanese "
    "Kazakh Khmer Kurdish Kyrgyz Lao Latvian Lithuanian Luxembourgish Macedonian "
    "Mongolian Nepali Odia Pashto Persian Serbian Sindhi Sinhala Slovenian Somali Sundanese "
    "Swahili Urdu Uzbek Welsh Yoruba Zulu "
).split()


@pytest.mark.parametrize("name", [*LANGUAGES.values(), MULTILINGUAL])
def test_listed_names_pass_silently(name: str) -> None:
    """A language that Tavus lists passes without a warning."""
    assert (validate_language(name), warn_of_unlisted_language(name)) == (None, None)


@pytest.mark.parametrize(
    ("code", "name"), [*LANGUAGES.items(), ("en-US", "English"), ("pt_BR", "Portuguese"), ("EN", "English"), ("fil", "Tagalog")]
)
def test_codes_are_refused_with_the_name(code: str, name: str) -> None:
    """The message about a code, with or without a country, says which name to write."""
    assert f"write {name!r} instead of {code!r}" in str(validate_language(code))


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
def test_misspelled_names_are_refused_with_the_nearest_name(written: str, name: str) -> None:
    """The message about a name in the wrong case or with a typing error says the right one."""
    assert f"write {name!r}" in str(validate_language(written))


@pytest.mark.parametrize("name", UNLISTED)
def test_unlisted_names_pass_with_a_warning(name: str) -> None:
    """A language that Tavus does not list is sent unchanged, with a warning, because the list is not final."""
    assert validate_language(name) is None
    assert "not among the languages that Tavus lists" in str(warn_of_unlisted_language(name))


def test_a_name_that_tavus_does_not_list_any_more_passes_with_the_one_of_today() -> None:
    """Tavus listed Filipino until it listed Tagalog."""
    assert validate_language("Filipino") is None
    assert str(warn_of_unlisted_language("Filipino")).endswith("write 'Tagalog'")


def test_all_languages_of_today_are_listed() -> None:
    """Tavus lists 42. Source: Tavus docs, "Language Support"."""
    assert len(set(LANGUAGES.values())) == 42


def test_an_unknown_code_is_refused() -> None:
    """A code without a known name is refused, too, because Tavus takes no codes."""
    assert "'xx'" in str(validate_language("xx"))
