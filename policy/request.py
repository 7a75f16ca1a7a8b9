"""What the law of one day says of requests: what a person may ask, and the closed list of reasons put against it."""

from dataclasses import dataclass
from typing import Literal, get_args

from policy.pack import Table

Use = Literal["refusal", "partial", "nothing", "extension", "pause"]
"""What a reason may do: refuse, leave a part out, say that nothing was found, put off, pause."""
USES: tuple[Use, ...] = get_args(Use)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKind:
    """Something a person may ask. Its rule is ``request.`` and its id."""

    id: str
    months: int
    extension_months: int
    minor_extension_months: int
    """How much it may be put off where the data were collected from a minor."""
    at_once: bool
    """Whether it takes effect without any proof of identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason of the closed list. Its rule is ``refusal.`` and its id."""

    id: str
    use: Use
    kinds: frozenset[str]
    """The requests it may be said to; none is all that do not take effect at once."""
    text_fr: str
    text_en: str

    def holds_against(self, kind: RequestKind) -> bool:
        """Say whether the reason may be said to a request of this kind: to one that takes effect at once, never."""
        return not kind.at_once and (not self.kinds or kind.id in self.kinds)


def request_kind(table: Table) -> RequestKind:
    """Read what a person may ask."""
    extension = table.number("extension_months")
    return RequestKind(
        id=table.name,
        months=table.number("months"),
        extension_months=extension,
        minor_extension_months=table.number("minor_extension_months", default=extension),
        at_once=table.flag("at_once", default=False),
    )


def reason(table: Table) -> Reason:
    """Read a reason."""
    return Reason(
        id=table.name,
        use=table.one_of("use", USES),
        kinds=frozenset(table.listed("kinds")),
        text_fr=table.words("text_fr"),
        text_en=table.words("text_en"),
    )
