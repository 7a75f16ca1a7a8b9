"""Which basis and which door of art. 9 a shape stands on, and which of its cells find none."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from policy.draft import Draft
from policy.edition import Category, Controller, Edition, Row
from policy.findings import Finding
from policy.retention import schedule
from policy.shape import CUSTOM, labels
from policy.values import Places

Door = Literal["9(2)(a)", "9(2)(d)", "9(2)(e)"]
_DOORS: tuple[Door, ...] = ("9(2)(d)", "9(2)(a)", "9(2)(e)")
"""When the cells of one contact came through several, the first of these is told."""
_CONSENT_BASIS = "6(1)(a)"
_CHANNELS = frozenset({"email", "phone"})
_POLITICAL = "political_opinion"
PUBLIC_STATEMENT = "reviewed_public_statement"
"""The fact that opens art. 9(2)(e): somebody read the statement and found that its author made it public."""
ONE_MESSAGE = "one_message"
"""What an origin proves whose persons get one message and no reminder: a supporter named them (CNIL)."""
_BODIES = frozenset({"party", "association"})
"""Art. 9(2)(d) names bodies; that a lone candidate is none is our reading, and the CNIL's silence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One shape, and who asks for what."""

    draft: Draft
    opinions: frozenset[str]
    places: Places | None
    controller: Controller
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What all drafts of one shape stand on; without a basis there is no ground."""

    basis: str | None
    findings: tuple[Finding, ...] = ()
    door: Door | None = None
    due: date | None = None
    kept: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    """The data and tags that remain, when some went."""
    birth: int | None = None
    needs: bool = False


def standing_of(edition: Edition, asked: Asked) -> Standing:
    """Ask everything that does not depend on a value."""
    category = edition.categories[asked.draft.category]
    way = _Way(edition, asked, category)
    way.enter()
    whole = bool(way.findings)
    names = asked.draft.names
    data, tags = _named(asked, names)
    kept_data = tuple(index for index, label in enumerate(data) if way.cell(names[index], label))
    kept_tags = tuple(index for index, label in enumerate(tags) if way.opinion(label))
    left = [names[index] for index in kept_data]
    return Standing(
        basis=None if whole else edition.purposes[asked.purpose].bases[category.id],
        findings=tuple(way.findings),
        door=next((door for door in _DOORS if door in way.doors), None),
        due=schedule(edition, category, asked.draft.origin, asked.draft.consents)[1],
        kept=(kept_data, kept_tags) if way.findings else None,
        birth=left.index("birth_date") if "birth_date" in left else None,
        needs="accessibility_need" in left,
    )


def _named(asked: Asked, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if asked.places:
        return asked.places.data, asked.places.tags
    return labels(names), tuple(f"tags.{index}" for index in range(len(asked.draft.tags)))


class _Way:
    """The doors that opened, and the findings where none did."""

    def __init__(self, edition: Edition, asked: Asked, category: Category) -> None:
        self._edition, self._asked, self._category = edition, asked, category
        self._consents, self._evidence = asked.draft.consents, asked.draft.origin.evidence
        self.doors: set[Door] = set()
        self.findings: list[Finding] = []

    def enter(self) -> None:
        """Ask for the basis of the purpose, and for the door of the category itself."""
        purpose = self._edition.purposes.get(self._asked.purpose)
        basis = purpose.bases.get(self._category.id) if purpose else None
        if purpose is None:
            self._refuse("purpose.undeclared", "*", missing="purpose")
        elif basis is None:
            self._refuse("purpose.category", "*")
        elif basis == _CONSENT_BASIS and not self._agreed(purpose.consent or ""):
            self._refuse("door.opt_in", "*", missing=f"consent.{purpose.consent}")
        if self._category.party_door:
            # Being a member or a regular contact is itself what art. 9 protects.
            self._political("door.explicit_consent", "*", {_POLITICAL, "membership"})

    def cell(self, name: str, label: str) -> bool:
        """Open the door one cell needs."""
        row = self._edition.rows["custom" if name.startswith(CUSTOM) else self._edition.fields[name].row]
        code = row.cells[self._category.column].code
        if code == "D":
            opened = self._political(row.consent_rule, label, {row.id})
        elif code == "C":
            opened = self._consented(row, label)
        elif code == "E":
            opened = self._public(label)
        else:
            opened = True
        return opened and self.opinion(label)

    def opinion(self, label: str) -> bool:
        """Open the door that words revealing an opinion need."""
        return label not in self._asked.opinions or self._political("forbidden.political_opinion", label, {_POLITICAL})

    def _political(self, rule: str, label: str, consents: set[str]) -> bool:
        if self._category.party_door and self._asked.controller in _BODIES:
            self.doors.add("9(2)(d)")
        elif consents & self._consents:
            self.doors.add("9(2)(a)")
        else:
            self._refuse(rule, label, missing=f"consent.{max(consents)}")
            return False
        return True

    def _consented(self, row: Row, label: str) -> bool:
        if not self._agreed(row.id):
            self._refuse(row.consent_rule, label, missing=f"consent.{row.id}")
            return False
        if row.consent_rule == "door.explicit_consent":
            self.doors.add("9(2)(a)")
        return True

    def _agreed(self, row: str) -> bool:
        """Look for the consent; a broker proves it for being written to or called, and nothing else.

        An address that a supporter gave is kept without it, for the one message that asks its person.
        """
        if row in self._consents:
            return True
        origin = self._edition.origins[self._asked.draft.origin.kind]
        return row in _CHANNELS and ("broker_consent" in self._evidence or ONE_MESSAGE in origin.proves)

    def _public(self, label: str) -> bool:
        if PUBLIC_STATEMENT in self._evidence:
            self.doors.add("9(2)(e)")
            return True
        self._refuse("door.public_statement", label, missing=PUBLIC_STATEMENT)
        return False

    def _refuse(self, rule: str, label: str, *, missing: str | None = None) -> None:
        self.findings.append(self._edition.rules[rule].finding(label, missing=missing))
