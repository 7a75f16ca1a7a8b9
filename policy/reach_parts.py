"""From the tables of a pack to what it says of reaching people."""

from types import MappingProxyType
from typing import get_args

from policy.pack import Table
from policy.reach import Channel, Message, Need, Reason, Way

WAYS: tuple[Way, ...] = get_args(Way)
NEEDS: tuple[Need, ...] = get_args(Need)


def channel(table: Table) -> Channel:
    """Read a channel."""
    grounds = Table(table.file, f"{table.name}.grounds", table.mapping("grounds"))
    return Channel(
        id=table.name,
        number=table.number("number"),
        purposes=frozenset(table.listed("purposes")),
        grounds=MappingProxyType({category: _ways(grounds, category) for category in grounds.names()}),
        carries=table.listed("carries"),
        silent=table.flag("silent"),
        online=table.flag("online"),
        window=table.flag("window", default=False),
        opens=table.flag("opens", default=False),
        sends=table.flag("sends", default=True),
    )


def _ways(grounds: Table, category: str) -> tuple[Way, ...]:
    named = grounds.listed(category)
    known = tuple(way for way in WAYS if way in named)
    if len(known) != len(named):
        grounds.fail(category, f"not only of {', '.join(WAYS)}")
    return known


def message(table: Table) -> Message:
    """Read a kind of message."""
    return Message(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        silent=table.flag("silent"),
        needs=table.one_of("needs", NEEDS),
        purposes=frozenset(table.listed("purposes")),
    )


def reason(table: Table) -> Reason:
    """Read a reason why not."""
    return Reason(id=table.name, rank=table.number("rank"), step=table.words("step"))
