"""The transparency notice of a line of the register, in French and English (Regulation (EU) 2024/900, art. 12, 19)."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.controllers import ControllerView, list_controllers
from campaigns.elections import list_elections
from outreach.messages import MessageView, message_view
from outreach.store import messages_by_id
from outreach.targeting import Criterion, Targeting, figures_of, find_targeting
from outreach.words import Kind
from policy.edition import Edition
from policy.retention import due_on

FEWEST = 10
"""Figures below it are told as such: a small number could point to somebody."""
FRENCH, ENGLISH = 0, 1
Pair = Sequence[str]


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of the notice, in one language."""

    mention: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TransparencyNotice:
    """What is published of a targeting; ``missing_*`` name what the law asks for and whoever publishes must add."""

    targeting: UUID
    kept_until: date
    fr: Sequence[Mention]
    en: Sequence[Mention]
    missing_fr: Sequence[str]
    missing_en: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Told:
    """Everything a notice is made of."""

    line: Targeting
    edition: Edition
    sponsor: ControllerView | None
    election: str | None
    sent: int | None


def make_notice(processing: Processing, line: UUID) -> TransparencyNotice:
    """Make the notice of a line of the register. Raises NotFound."""
    targeting = find_targeting(processing, line)
    message = _message(processing, targeting)
    figures = {} if message is None else figures_of(processing, message.id)
    processing.note(Note(event=Event.TARGETING_READ, counts={"interaction.read": len(figures)}))
    told = _Told(
        targeting,
        processing.edition,
        _sponsor(processing, message),
        _election(processing, message),
        None if message is None else figures.get(Kind.SENT, 0),
    )
    missing = _words()["missing"].values()
    return TransparencyNotice(
        targeting=line,
        kept_until=due_on(processing.edition.retention["targeting_record"], targeting.last_use_on),
        fr=tuple(_mentions(told, FRENCH)),
        en=tuple(_mentions(told, ENGLISH)),
        missing_fr=[one[FRENCH] for one in missing],
        missing_en=[one[ENGLISH] for one in missing],
    )


@cache
def _words() -> dict[str, dict[str, Pair]]:
    return tomllib.loads((Path(__file__).parent / "notice.toml").read_text(encoding="utf-8"))


def _message(processing: Processing, line: Targeting) -> MessageView | None:
    found = {} if line.message is None else messages_by_id(processing, [line.message])
    return next(map(message_view, found.values()), None)


def _sponsor(processing: Processing, message: MessageView | None) -> ControllerView | None:
    """Return the message's sponsor, or the campaign's own controller, who sends what has no other."""
    controllers = list_controllers(processing)
    named = None if message is None else message.sponsor
    return next((one for one in controllers if (one.own if named is None else one.id == named)), None)


def _election(processing: Processing, message: MessageView | None) -> str | None:
    named = None if message is None else message.election
    return next((one.title for one in list_elections(processing) if one.id == named), None)


def _mentions(told: _Told, tongue: int) -> Iterator[Mention]:
    for name, label in _words()["mentions"].items():
        text = _TEXTS[name](told, tongue)
        if text is not None:
            yield Mention(name, label[tongue], text)


def _word(section: str, name: str, tongue: int) -> str:
    return _words()[section][name][tongue]


def _criteria(told: _Told, tongue: int, *, excludes: bool) -> str:
    named = {_criterion(told.edition, one, tongue) for one in told.line.criteria if one.excludes is excludes}
    return ", ".join(sorted(named)) or _word("words", "none", tongue)


def _criterion(edition: Edition, one: Criterion, tongue: int) -> str:
    """Name a criterion as the law's matrix does; a tag or an own field bears its registered name too."""
    name, _, own = one.name.partition(":")
    clear = _words()["criteria"].get(name)
    if clear is not None:
        return f"{clear[tongue]} « {own} »" if own else clear[tongue]
    row = edition.fields[name].row if name in edition.fields else name
    return _label(edition.rules[edition.rows[row].rule], tongue)


def _sources(told: _Told, tongue: int) -> str:
    kinds = sorted({kind for one in told.line.criteria for kind in one.origins})
    origins = told.edition.origins
    named = [_label(origins[kind], tongue) if kind in origins else kind for kind in kinds]
    return ", ".join(named) or _word("words", "none", tongue)


def _label(labelled: Any, tongue: int) -> str:  # noqa: ANN401 - a rule or a word of the law's
    return str(labelled.label_fr if tongue == FRENCH else labelled.label_en)


def _figure(number: int, tongue: int) -> str:
    return str(number) if number >= FEWEST else _word("words", "few", tongue)


def _figures(told: _Told, tongue: int) -> str:
    counts = {name: _figure(told.line.counts[name], tongue) for name in ("considered", "allowed")}
    return _word("words", "kept_back", tongue).format(**counts)


def _run_by(told: _Told, tongue: int) -> str:
    kind = _words()["roles"].get(told.line.role)
    return told.line.role if kind is None else kind[tongue]


def _purpose(told: _Told, tongue: int) -> str:
    rule = told.edition.rules.get(f"purpose.{told.line.purpose}")
    return told.line.purpose if rule is None else _label(rule, tongue)


def _contact(told: _Told, tongue: int) -> str:
    return _word("words", "not_said", tongue) if told.sponsor is None else told.sponsor.rights_contact


def _period(told: _Told, tongue: int) -> str:
    days = {"start": told.line.starts_on.isoformat(), "end": told.line.last_use_on.isoformat()}
    return _word("words", "period", tongue).format(**days)


_TEXTS: Mapping[str, Callable[[_Told, int], str | None]] = {
    "sponsor": lambda told, tongue: told.sponsor.name if told.sponsor else _word("words", "not_said", tongue),
    "reach_us": _contact,
    "election": lambda told, tongue: told.election or _word("words", "not_said", tongue),
    "channel": lambda told, tongue: _word("channels", told.line.channel, tongue),
    "purpose": _purpose,
    "period": _period,
    "technique": lambda told, tongue: _word("techniques", told.line.technique, tongue),
    "groups": lambda told, tongue: _criteria(told, tongue, excludes=False),
    "excluded": lambda told, tongue: _criteria(told, tongue, excludes=True),
    "sources": _sources,
    "automated": lambda told, tongue: _word("words", "yes" if told.line.automated else "no", tongue),
    "figures": _figures,
    "sent": lambda told, tongue: None if told.sent is None else _figure(told.sent, tongue),
    "run_by": _run_by,
    "withdrawal": lambda told, tongue: _word("words", "withdrawal", tongue).format(contact=_contact(told, tongue)),
    "complaint": lambda _told, tongue: _word("words", "complaint", tongue),
}
"""Each mention, and how it is made."""
