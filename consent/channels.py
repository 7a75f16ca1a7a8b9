"""Channels by their words and numbers: those of the law, the campaign's own lists, and ``all``."""

from collections.abc import Collection, Mapping

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.store import LIST, insert_numbered, mailing_lists
from kernel.errors import Conflict, Invalid
from policy.edition import Edition
from policy.findings import Refusal

ALL = "all"
EVERY = 0
"""The number of ``all``: every channel."""
ANY_PURPOSE = "*"
"""Every purpose."""
LIST_PREFIX = "list:"
_LONGEST = 60


def channels(processing: Processing) -> Mapping[str, int]:
    """Return word and number of every channel of the campaign, ``all`` too; a list is ``list:`` and its name."""
    return _numbers(processing.edition, {row.name: row.number for row in mailing_lists(processing)})


def channels_named(processing: Processing, words: Collection[str]) -> Mapping[str, int]:
    """Return word and number of every channel; lists only where a word names one: most evidence is of none."""
    return (
        channels(processing)
        if any(word.startswith(LIST_PREFIX) for word in words)
        else _numbers(processing.edition, {})
    )


def _numbers(edition: Edition, lists: Mapping[str, int]) -> dict[str, int]:
    fixed = {channel.id: channel.number for channel in edition.channels.values() if channel.id != "list"}
    return {ALL: EVERY, **fixed, **{LIST_PREFIX + name: number for name, number in lists.items()}}


def number_of(known: Mapping[str, int], word: str) -> int:
    """Return the number of a channel. Raises Invalid."""
    if word not in known:
        raise Invalid("a channel is one of the law's (GET /v1/law), all, or list: and the name of a registered list")
    return known[word]


def law_channel(word: str) -> str:
    """Return the channel of the law that a channel of the campaign falls under."""
    return "list" if word.startswith(LIST_PREFIX) else word


def cells_above(edition: Edition, purpose: str, number: int) -> list[tuple[str, int]]:
    """Return the wider cells whose refusals hold for a cell: its purpose, its channel, all; of a list also e-mail's."""
    above = [(purpose, EVERY), (ANY_PURPOSE, number), (ANY_PURPOSE, EVERY)]
    if number > edition.channels["list"].number:
        email = edition.channels["email"].number
        above += [(purpose, email), (ANY_PURPOSE, email)]
    return above


def register_list(processing: Processing, name: str) -> str:
    """Register a list that people subscribe to, once its name was read; return its channel. Raises Refusal."""
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST or not name.isprintable():
        raise Invalid(f"a list has a name of at most {_LONGEST} characters")
    if findings := processing.reader.tag(name).findings("name"):
        raise Refusal(findings)
    if any(row.name == name for row in mailing_lists(processing)):
        raise Conflict("there is a list of that name")
    first = processing.edition.channels["list"].number + 1
    insert_numbered(processing, LIST, {"name": name, "created_at": processing.at}, first=first)
    processing.note(Note(event=Event.LIST_REGISTERED, counts={"mailing_list.insert": 1}))
    return LIST_PREFIX + name


def list_lists(processing: Processing) -> Mapping[str, int]:
    """Return the campaign's lists: name to number."""
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return {row.name: row.number for row in mailing_lists(processing)}
