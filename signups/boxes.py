"""The boxes that a form may show: one purpose through one channel each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


@cache
def boxes() -> Mapping[str, Box]:
    """Return every box by its channel, in the order in which a form shows them."""
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
