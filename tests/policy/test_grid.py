"""Every cell of the channel gate: category by channel, for each controller, status, broker and interest.

consent: given by the person, proven. broker: proven by whoever rented the file. interest: a documented legitimate
interest. freely: legitimate interest, nobody objected. A dash: never reached through it.
"""

from itertools import product
from typing import get_args

from policy.edition import Controller
from policy.gate import BODIES, Question, Situation, may
from policy.load import load
from policy.standing import Status
from tests.factories import NOW

LAW = load("france", NOW.date())
CHANNELS = "email sms call robocall post door messaging online_targeting list".split()
GRID = {
    "member":        "ci c cf c cf  cf c c c",
    "former_member": "ci c cf c cf  cf c c c",
    "regular":       "ci c cf c cf  cf c c c",
    "occasional":    "-  - -  - -   -  - - -",
    "prospect":      "c  c cf c cf  cf c c c",
    "rented":        "cb cb cb c cbf cf - - -",
    "roll":          "-  - -  - cf  cf - - -",
    "turnout":       "-  - -  - cf  cf - - -",
    "office_holder": "ci - cf c cf  cf - - c",
    "donor":         "-  - -  - -   -  - - -",
}  # fmt: skip
WAYS = {"c": "consent", "b": "broker", "i": "interest", "f": "opt_out"}
STATUSES = (Status.UNKNOWN, Status.CLAIMED, Status.PROVEN, Status.COHORT, Status.EXPIRED, Status.REFUSED)
OPINION = {"member", "former_member", "regular"}
"""Of these the category itself tells an opinion: art. 9 asks for a door."""


def ground_of(cell: str, status: Status, *, broker: bool, interest: bool) -> str | None:
    """Return the first way that is open, as a reader of the grid finds it."""
    is_open = {"c": status in {Status.PROVEN, Status.COHORT}, "b": broker, "i": interest, "f": True}
    if status is Status.REFUSED:
        return None
    return next((WAYS[way] for way in "cbif" if way in cell and is_open[way]), None)


def test_every_cell_of_the_channel_gate_answers_as_the_grid_says() -> None:
    assert list(GRID) == list(LAW.categories)
    assert set(CHANNELS) == set(LAW.channels)
    answered = 0
    for category, row in GRID.items():
        for channel, cell in zip(CHANNELS, row.split(), strict=True):
            purposes = LAW.channels[channel].purposes & LAW.messages["propaganda"].purposes
            assert purposes, channel
            for controller, purpose in product(get_args(Controller), sorted(purposes)):
                for status, broker, interest in product(STATUSES, (True, False), (True, False)):
                    question = Question(
                        controller=controller,
                        purpose=purpose,
                        channel=channel,
                        message="propaganda",
                        interest=frozenset({category} if interest else ()),
                    )
                    person = Situation(
                        category=category, origin="newsletter", status=status, broker=broker, targeting=True
                    )
                    answer = may(LAW, question, person)
                    ground = ground_of(cell, status, broker=broker, interest=interest)
                    where = (category, channel, controller, purpose, status.name, broker, interest, answer.rule)
                    assert (answer.ground, answer.allowed) == (ground, ground is not None), where
                    door = ("9(2)(d)" if controller in BODIES else "9(2)(a)") if category in OPINION else None
                    assert answer.door == (door if answer.allowed else None), where
                    assert answer.articles, where
                    answered += 1
    assert answered > 10_000


def test_a_purpose_that_a_channel_does_not_serve_reaches_nobody_through_it() -> None:
    for category, channel, purpose in product(GRID, CHANNELS, LAW.purposes):
        if purpose in LAW.channels[channel].purposes & LAW.messages["propaganda"].purposes:
            continue
        question = Question(controller="party", purpose=purpose, channel=channel, message="propaganda")
        person = Situation(category=category, origin="newsletter", status=Status.PROVEN, targeting=True)
        assert not may(LAW, question, person).allowed, (category, channel, purpose)
