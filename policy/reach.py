"""What the law of one day says of reaching people: channels, kinds of message, reasons why not, places of ballots."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Way = Literal["consent", "broker", "interest", "opt_out"]
"""On what a category of person may be reached through a channel."""
Need = Literal["ground", "relation", "request", "referral", "nothing"]
"""What a kind of message asks for: the channel's ground, a relation, that the person asked or was named, nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to reach people. Its rule is the rule of the same id."""

    id: str
    number: int
    """Written in rows, never changed; lists have the numbers from that of ``list`` on."""
    purposes: frozenset[str]
    grounds: Mapping[str, tuple[Way, ...]]
    carries: tuple[str, ...]
    """What a message through it must say."""
    silent: bool
    """Whether propaganda stops on it on the eve of a ballot."""
    online: bool
    """Whether the rules of targeting on line hold."""
    window: bool = False
    """Whether consent covers certain hours only."""
    opens: bool = False
    """Whether to use it at all is to target."""
    sends: bool = True
    """False where somebody goes and tells what must be told."""

    @property
    def rule(self) -> str:
        """Name the rule of this channel."""
        return f"channel.{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A kind of message."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    silent: bool
    needs: Need
    purposes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody may not be reached now; the lowest rank that holds is told. Its rule is the rule of the same id."""

    id: str
    rank: int
    step: str
    """What changes it, in one word."""

    @property
    def rule(self) -> str:
        """Name the rule of this reason."""
        return f"gate.{self.id}"
