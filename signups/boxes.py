"""The boxes that a form may show: one purpose through one channel each, and one for each list of subscribers."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from consent.channels import LIST_PREFIX, law_channel
from policy.notice import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box to tick: what agreeing to it covers, what it asks for, and its words."""

    channel: str
    purpose: str
    asks: str
    category: str
    text: Told
    short: Told


def boxes() -> Mapping[str, Box]:
    """Return every box but those of lists by its channel, in the order in which a form shows them."""
    return {channel: box for channel, box in _patterns().items() if channel != law_channel(LIST_PREFIX)}


def box_of(channel: str) -> Box:
    """Return the box of a channel; that of a list bears its name."""
    pattern = _patterns()[law_channel(channel)]
    if not is_list(channel):
        return pattern
    name = channel.removeprefix(LIST_PREFIX)
    return replace(pattern, channel=channel, text=_named(pattern.text, name), short=_named(pattern.short, name))


def is_list(channel: str) -> bool:
    """Tell whether a channel is a list that people subscribe to."""
    return channel.startswith(LIST_PREFIX)


def in_order(channels: Iterable[str]) -> list[str]:
    """Return channels in the order in which a form shows their boxes, the lists by their names at the end."""
    places = {channel: place for place, channel in enumerate(boxes())}
    return sorted(set(channels), key=lambda one: (places.get(one, len(places)), one))


def _named(text: Told, name: str) -> Told:
    return Told(text.fr.replace("{list}", name), text.en.replace("{list}", name))


@cache
def _patterns() -> Mapping[str, Box]:
    read = tomllib.loads((Path(__file__).parent / "boxes.toml").read_text(encoding="utf-8"))
    return {
        channel: Box(
            channel=channel,
            purpose=told["purpose"],
            asks=told["asks"],
            category=told["category"],
            text=Told(told["text_fr"], told["text_en"]),
            short=Told(told["short_fr"], told["short_en"]),
        )
        for channel, told in read.items()
    }
