"""Languages: those that Tavus lists, and messages about codes and misspelled names.

Tavus takes the full English name or `multilingual`. Sources: Tavus API reference, Create
Conversation, `properties.language`; Tavus docs, "Language Support"; codes are ISO 639-1.
"""

from __future__ import annotations

import re

from ..schema.validation import find_nearest

LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "gu": "Gujarati",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "kn": "Kannada",
    "ko": "Korean",
    "ml": "Malayalam",
    "mr": "Marathi",
    "ms": "Malay",
    "nl": "Dutch",
    "no": "Norwegian",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sv": "Swedish",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""Names of the languages that Tavus lists, by code."""

MULTILINGUAL = "multilingual"
"""Value with which Tavus detects the participant's language."""

_CODES_OF_THREE = {"fil": "tl", "tgl": "tl"}
"""Codes of ISO 639-2 that are in use for a listed language."""

_FORMER = {"Filipino": "Tagalog"}
"""Names that Tavus listed before, with those of today."""

_NAMES = {name.casefold(): name for name in (*LANGUAGES.values(), MULTILINGUAL)}
_CODE = re.compile(r"([a-z]{2,3})([-_][a-z0-9]{2,8})*", re.IGNORECASE)
_NOT_MISSPELLED = frozenset({"javanese", "slovene", "slovenian", "galician", "armenian", "estonian", "albanian"})
"""Languages that Tavus does not list and whose names resemble a listed one."""


def validate_language(value: str) -> str | None:
    """Require the full English name of a language instead of a code or a misspelled name."""
    known = _NAMES.get(value.strip().casefold())
    if value in _NAMES.values():
        return None
    code = _CODE.fullmatch(value)
    if known is None and code:
        known = LANGUAGES.get(_CODES_OF_THREE.get(code[1].lower(), code[1].lower()))
    if known is None and value.casefold() not in _NOT_MISSPELLED:
        known = _NAMES.get(find_nearest(value.casefold(), _NAMES, cutoff=0.8) or "")
    if known:
        return f"must be the full English name of a language: write {known!r} instead of {value!r}"
    if code and len(value) <= 3 and value != value.capitalize():
        return f"must be the full English name of a language, as in 'English', not the code {value!r}"
    # Tavus's list is not final, so any other name may be a language that was added.
    return None


def warn_of_unlisted_language(value: str) -> str | None:
    """Return a warning if Tavus does not list the language."""
    if value in _NAMES.values():
        return None
    if value in _FORMER:
        return f"{value!r} is not among the languages that Tavus lists any more: write {_FORMER[value]!r}"
    return f"{value!r} is not among the languages that Tavus lists; it is sent unchanged ('{MULTILINGUAL}' detects the language)"
