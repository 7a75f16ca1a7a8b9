"""The guided route of legitimate interest: a balancing test in four answers, dated, for untargeted use."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.channels import channels, law_channel, number_of
from consent.store import BALANCING_TEST, ask_balancing_tests, balancing_tests, change_numbered, insert_numbered
from kernel.errors import Invalid, NotFound
from policy.retention import add_months

REVIEWED_EVERY = 12
"""Months after which a test that nobody looked at again holds no more."""
_LONGEST = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBalancingTest:
    """For whom and what, and the four answers: which interest, why needed, why expected, which safeguards."""

    purpose: str
    channel: str
    categories: Sequence[str]
    interest: str
    necessity: str
    expectation: str
    safeguards: str
    made_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancingTestView:
    """A balancing test as it is kept."""

    number: int
    purpose: str
    channel: str
    categories: tuple[str, ...]
    interest: str
    necessity: str
    expectation: str
    safeguards: str
    made_on: date
    review_on: date
    ended_on: date | None


def record_balancing_test(processing: Processing, new: NewBalancingTest) -> int:
    """Keep a balancing test and return its number. Raises Invalid where the law knows no legitimate interest."""
    number = number_of(channels(processing), new.channel)
    channel = processing.edition.channels.get(law_channel(new.channel))
    if channel is None or new.purpose not in channel.purposes:
        raise Invalid("a balancing test is for one purpose and one channel that serves it")
    allowed = {category for category, ways in channel.grounds.items() if "interest" in ways}
    if not new.categories or not set(new.categories) <= allowed:
        raise Invalid(f"through this channel legitimate interest is open for: {', '.join(sorted(allowed)) or 'nobody'}")
    answers = {name: getattr(new, name).strip() for name in ("interest", "necessity", "expectation", "safeguards")}
    if not all(answers.values()) or any(len(text) > _LONGEST for text in answers.values()):
        raise Invalid(f"each of {', '.join(answers)} is answered, in at most {_LONGEST} characters")
    if new.made_on > processing.today:
        raise Invalid("a balancing test has the day on which it was made")
    values = {
        "purpose": new.purpose,
        "channel": number,
        "categories": json.dumps(sorted(set(new.categories))),
        **answers,
        "made_on": new.made_on,
        "review_on": add_months(new.made_on, REVIEWED_EVERY),
        "ended_on": None,
        "recorded_by": processing.actor.id,
        "recorded_at": processing.at,
    }
    made = insert_numbered(processing, BALANCING_TEST, values, first=1)
    counts = {"balancing_test.insert": 1}
    processing.note(Note(event=Event.BALANCING_TEST_RECORDED, counts=counts, free={"number": made}))
    return made


def end_balancing_test(processing: Processing, number: int) -> None:
    """Let a balancing test hold no more from today on. Raises NotFound."""
    if not change_numbered(processing, BALANCING_TEST, number, {"ended_on": processing.today}):
        raise NotFound("no such balancing test in this campaign")
    counts = {"balancing_test.update": 1}
    processing.note(Note(event=Event.BALANCING_TEST_ENDED, counts=counts, free={"number": number}))


def list_balancing_tests(processing: Processing) -> list[BalancingTestView]:
    """Return the campaign's balancing tests, oldest first."""
    words = {number: word for word, number in channels(processing).items()}
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return [_view(row, words[row.channel]) for row in balancing_tests(processing)]


def interests_of(processing: Processing, purpose: str, channel: int, on: date) -> Callable[[], frozenset[str]]:
    """Ask for the categories for which a balancing test of this purpose and channel holds on that day."""
    tests = ask_balancing_tests(processing)
    return lambda: frozenset(
        category
        for row in tests()
        if (row.purpose, row.channel) == (purpose, channel) and _holds(row, on)
        for category in json.loads(row.categories)
    )


def _holds(row: Any, on: date) -> bool:  # noqa: ANN401 - a row
    return row.made_on <= on <= row.review_on and (row.ended_on is None or on < row.ended_on)


def _view(row: Any, channel: str) -> BalancingTestView:  # noqa: ANN401 - a row
    names = ("number", "purpose", "interest", "necessity", "expectation", "safeguards")
    told = {name: getattr(row, name) for name in (*names, "made_on", "review_on", "ended_on")}
    return BalancingTestView(channel=channel, categories=tuple(json.loads(row.categories)), **told)
