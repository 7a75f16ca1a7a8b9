"""Whether an origin may be declared at all, before any contact is recorded from it."""

from datetime import date

from policy.draft import Origin
from policy.edition import Edition
from policy.findings import Finding
from policy.phase import Phase, phase_finding

FIELD = "origin"


def origin_findings(edition: Edition, origin: Origin, *, phase: Phase, on: date) -> tuple[Finding, ...]:
    """Ask whether data of this origin may be used: the campaign's phase, its kind, its day, and the proofs it needs."""
    kind = edition.origins.get(origin.kind)
    if kind is None:
        return (edition.rules["origin.unknown"].finding(FIELD, missing="origin"),)
    if kind.forbidden:
        return (edition.rules[kind.forbidden].finding(FIELD),)
    barred = phase_finding(edition, phase, FIELD, synthetic=origin.synthetic)
    if barred is not None:
        return (barred,)
    facts = {*origin.evidence, *kind.proves}
    facts |= {name for name in ("final_round", "second_round") if getattr(origin, name) is not None}
    found = [
        edition.rules[asked.rule].finding(FIELD, missing=asked.fact)
        for asked in kind.requires
        if asked.fact not in facts
    ]
    if early := kind.too_early(origin):
        found.append(edition.rules[early].finding(FIELD))
    if origin.is_to_come(on):
        found.append(edition.rules["origin.future"].finding(FIELD))
    return tuple(found)
