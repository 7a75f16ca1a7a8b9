"""What must stand before a campaign handles real persons (GDPR art. 5(2), 13, 24, 26, 28, 35, 37), all at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from policy.edition import Edition, Retention
from policy.findings import Finding
from policy.retention import due_on

ALWAYS_USED = frozenset({"administration", "staff_account", "accountability", "rights_request", "restitution"})
"""Purposes that no campaign can do without: its running, its staff, its log, persons' rights, the file's return."""
PROCESSOR = "processor"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LEAP_CYCLE = 4 * 365 + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The impact assessment of art. 35: approved, or why none is required. ``by`` is a function, never a name."""

    reference: str = ""
    on: date | None = None
    by: str = ""
    not_required: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedNotice:
    """The information of art. 13 and 14 as published: where, which version, since when, and the digest of its text."""

    address: str = ""
    version: str = ""
    on: date | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period of retention that the controller chose."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything activation asks; what the campaign's registers hold, and what the controller declares."""

    rights_contact: str
    dpo_contact: str
    dpo_not_required: str
    joint_without_arrangement: tuple[str, ...]
    operator: str
    """The operator's role, empty while it is unknown."""
    contract: str
    assessment: Assessment
    notice: PublishedNotice
    purposes: frozenset[str]
    retention: Mapping[str, Period] | None
    """Rows made shorter; empty confirms the pack's, None says nothing."""
    elections: tuple[str | None, ...]
    synthetic_contacts: int


def activation_findings(edition: Edition, dossier: Dossier, *, on: date) -> tuple[Finding, ...]:
    """Answer all that is missing, each with its article; nothing means that the campaign may become active."""
    return tuple(
        finding
        for part in (_controllers, _operator, _assessment, _notice, _purposes, _retention, _elections, _synthetic)
        for finding in part(edition, dossier, on)
    )


def _controllers(edition: Edition, dossier: Dossier, _on: date) -> Iterator[Finding]:
    if not dossier.rights_contact:
        yield _missing(edition, "rights_contact", "controller.rights_contact")
    if not dossier.dpo_contact and not dossier.dpo_not_required:
        yield _missing(edition, "dpo", "controller.dpo")
    for _ in dossier.joint_without_arrangement:
        yield _missing(edition, "arrangement", "arrangement")


def _operator(edition: Edition, dossier: Dossier, _on: date) -> Iterator[Finding]:
    if not dossier.operator:
        yield _missing(edition, "operator", "operator.role")
    elif dossier.operator == PROCESSOR and not dossier.contract:
        yield _missing(edition, "contract", "operator.contract")


def _assessment(edition: Edition, dossier: Dossier, on: date) -> Iterator[Finding]:
    told = dossier.assessment
    approved = told.reference and told.by and told.on is not None and told.on <= on
    if not approved and not told.not_required:
        yield _missing(edition, "dpia", "dpia")


def _notice(edition: Edition, dossier: Dossier, on: date) -> Iterator[Finding]:
    told = dossier.notice
    published = told.version and told.on is not None and told.on <= on
    if not published or not told.address.startswith("https://") or not _SHA256.fullmatch(told.sha256):
        yield _missing(edition, "notice", "notice")


def _purposes(edition: Edition, dossier: Dossier, _on: date) -> Iterator[Finding]:
    if not dossier.purposes or not dossier.purposes <= edition.purposes.keys():
        yield _missing(edition, "purposes", "purposes")


def _retention(edition: Edition, dossier: Dossier, _on: date) -> Iterator[Finding]:
    rule = edition.rules["activation.retention"]
    if dossier.retention is None:
        yield rule.finding("retention", missing="retention")
        return
    for name, period in sorted(dossier.retention.items()):
        if name not in edition.retention:
            yield rule.finding("retention", missing="retention")
        elif _is_longer(period, edition.retention[name]):
            yield rule.finding(f"retention.{name}")


def _is_longer(period: Period, row: Retention) -> bool:
    """Compare from every day of a leap cycle: a month is not a number of days."""
    chosen = replace(row, months=period.months, days=period.days)
    first = date(2024, 1, 1)
    starts = (first + timedelta(days=passed) for passed in range(_LEAP_CYCLE))
    return any(due_on(chosen, start) > due_on(row, start) for start in starts)


def _elections(edition: Edition, dossier: Dossier, _on: date) -> Iterator[Finding]:
    for kind in dossier.elections:
        known = None if kind is None else edition.elections.get(kind)
        if known is None or not known.researched:
            yield _missing(edition, "election", f"election.{kind}" if known else "election")


def _synthetic(edition: Edition, dossier: Dossier, _on: date) -> Iterator[Finding]:
    if dossier.synthetic_contacts:
        yield edition.rules["activation.synthetic_left"].finding("contacts")


def _missing(edition: Edition, what: str, field: str) -> Finding:
    return edition.rules[f"activation.{what}"].finding(field, missing=what)
