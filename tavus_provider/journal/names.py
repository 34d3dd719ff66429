"""
The names that are chosen where a program gives none: by them, what an interrupted run created is found again.

A name ends in random digits, and the journal knows it. With `tavus:recovery=account` it is a mark and a digest of the inputs
instead: whichever run on whichever machine chooses the same ones, and looks for what carries them before it creates anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..lifecycle.lifecycle import URN, Props, random_name, resource_name
from ..lifecycle.settings import Settings
from .journal import Intent, digest, is_recorded


def asks_account(settings: Settings) -> bool:
    """Tell whether the account is searched for what a run elsewhere created."""
    return settings.recovery == "account"


def mark(news: Props) -> str:
    """Return how the names begin that this resource alone chooses."""
    return f"{resource_name(news)}-{digest(news.get(URN, ''))[:7]}-"


def marked_name(news: Props, inputs: str) -> str:
    """Return the name that this resource chooses for inputs of a digest."""
    return mark(news) + inputs[:7]


def name_for(settings: Settings, news: Props, inputs: str, earlier: Intent | None) -> str:
    """Return the name of an unsettled creation, so that whatever it led to can be told by it, or else a new one."""
    if earlier and earlier.unique and not (asks_account(settings) and earlier.id):
        return earlier.name
    return marked_name(news, inputs) if asks_account(settings) else random_name(resource_name(news))


def marked(items: Iterable[Props], name_field: str, id_field: str, where: str, news: Props) -> Iterator[Props]:
    """Yield what carries this resource's mark, but not what a state is known to have: that is no leftover of a run."""
    for each in items:
        if str(each.get(name_field)).startswith(mark(news)) and not is_recorded(where, each[id_field]):
            yield each
