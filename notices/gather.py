"""The facts of a notice, from the pack and the campaign's registers; only what nobody keeps is asked."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from audit.processing import Processing
from campaigns.activation import activation_of
from campaigns.arrangements import ArrangementView, list_arrangements
from campaigns.controllers import ControllerView, list_controllers
from campaigns.elections import list_elections
from contacts.registries import origins_of
from notices.disclosures import operator_fact, recipients_fact, transfers_fact
from notices.words import day, joined, listed, same, word, word_if_any
from policy.activation import Period
from policy.edition import Category, Edition, Retention
from policy.notice import Facts, Told

_LEGITIMATE = "6(1)(f)"
_BODIES = {"party": "party", "association": "party", "candidate": "candidate", "elected": "candidate"}
_HELD = frozenset({"A", "D", "C", "E", "parental", "no_targeting"})
"""Codes of the matrix under which a datum may be in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePlan:
    """What no register keeps, and what will be used beyond what is declared so far."""

    purposes: Collection[str] = ()
    """Before the activation, the purposes to come; afterwards the declared ones hold."""
    origins: Collection[str] = ()
    """Kinds of origin to come."""
    interests: Told | None = None
    controlled_by: str | None = None
    """Who controls the sponsor; empty for nobody, None while it was not said."""
    targeting: bool | None = None
    transparency: str = ""
    """The https address of the transparency notice (Regulation 2024/900, art. 12)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a notice speaks of: the law, its campaign, its controller, and what is used."""

    edition: Edition
    own: ControllerView | None
    purposes: tuple[str, ...]
    origins: tuple[str, ...]
    categories: tuple[Category, ...]
    periods: Mapping[str, Period]


def scene_of(processing: Processing, plan: NoticePlan) -> Scene:
    """Find what is used: the purposes declared or planned, and the origins declared and planned."""
    edition, active = processing.edition, activation_of(processing)
    purposes = set(plan.purposes if active is None else active.purposes) & edition.purposes.keys()
    declared = {one.kind for one in origins_of(processing) if not one.synthetic} | set(plan.origins)
    origins = [name for name, kind in edition.origins.items() if name in declared and not kind.forbidden]
    named = {category for name in origins for category in edition.origins[name].categories}
    return Scene(
        edition,
        next((one for one in list_controllers(processing) if one.own), None),
        tuple(name for name, one in edition.purposes.items() if name in purposes and one.bases.keys() & named),
        tuple(origins),
        tuple(one for name, one in edition.categories.items() if name in named),
        {} if active is None else active.retention,
    )


def gather_facts(processing: Processing, plan: NoticePlan, scene: Scene) -> Facts:
    """Return every fact; None for what is missing, no key for what does not arise."""
    own = scene.own
    facts: dict[str, Told | None] = {
        "controller": None if own is None else _controller(own),
        "rights_contact": None if own is None else same(own.rights_contact),
        "officer": None if own is None else _officer(own),
        "purposes": _purposes(scene),
        "opinions": None if own is None else word("opinions", _BODIES[own.kind]),
        "data": _data(scene),
        "origins": _origins(scene),
        "operator": operator_fact(processing),
        "recipients": recipients_fact(processing),
        "transfers": transfers_fact(processing),
        "retention": _retention(scene),
        "sponsor": None if own is None or plan.controlled_by is None else _sponsor(own, plan.controlled_by),
        "ballots": _ballots(processing),
        "targeting": None if plan.targeting is None else _targeting(used=plan.targeting),
        "transparency": same(plan.transparency) if _is_https(plan.transparency) else None,
    }
    joint = [one for one in list_controllers(processing) if not one.own and one.ended_on is None]
    if joint:
        facts["joint"] = _joint(processing, joint)
    if _LEGITIMATE in set(_bases(scene)):
        facts["interests"] = plan.interests
    return facts


def _controller(own: ControllerView) -> Told:
    kind = word("controllers", own.kind)
    return Told(f"{own.name} ({kind.fr})", f"{own.name} ({kind.en})")


def _officer(own: ControllerView) -> Told | None:
    if own.dpo_contact:
        return Told(
            f"Le délégué à la protection des données : {own.dpo_contact}.",
            f"The data protection officer: {own.dpo_contact}.",
        )
    if not own.dpo_not_required:
        return None
    return Told(
        f"Aucun délégué n'est désigné : {own.dpo_not_required}.", f"No officer is designated: {own.dpo_not_required}."
    )


def _joint(processing: Processing, joint: Sequence[ControllerView]) -> Told | None:
    held = {one.controller_id: one for one in list_arrangements(processing) if one.holds(processing.today)}
    if any(one.id not in held for one in joint):
        return None
    return listed(_arranged(one, held[one.id]) for one in joint)


def _arranged(joint: ControllerView, agreed: ArrangementView) -> Told:
    informs, answers = word("duties", agreed.informs), word("duties", agreed.answers)
    return Told(
        f"Avec {joint.name} ({joint.rights_contact}) : {agreed.essence_fr} Vous informe : {informs.fr}. "
        f"Vous répond : {answers.fr}. Vous pouvez exercer vos droits auprès de chacun.",
        f"With {joint.name} ({joint.rights_contact}): {agreed.essence_en} Who informs you: {informs.en}. "
        f"Who answers you: {answers.en}. You may exercise your rights with each.",
    )


def _bases(scene: Scene) -> Iterator[str]:
    for name in scene.purposes:
        bases = scene.edition.purposes[name].bases
        yield from (bases[one.id] for one in scene.categories if one.id in bases)


def _purposes(scene: Scene) -> Told | None:
    return listed(_purpose(scene, name) for name in scene.purposes) if scene.purposes else None


def _purpose(scene: Scene, name: str) -> Told:
    rule, bases = scene.edition.rules[f"purpose.{name}"], scene.edition.purposes[name].bases
    by_basis: dict[str, list[Category]] = {}
    for category in scene.categories:
        if category.id in bases:
            by_basis.setdefault(bases[category.id], []).append(category)
    french, english = [], []
    for basis, categories in sorted(by_basis.items()):
        told = word("bases", basis)
        french.append(f"{told.fr} (art. {basis}) pour : {', '.join(one.label_fr.lower() for one in categories)}")
        english.append(f"{told.en} (art. {basis}) for: {', '.join(one.label_en.lower() for one in categories)}")
    return Told(f"{rule.label_fr} : {' ; '.join(french)}.", f"{rule.label_en}: {'; '.join(english)}.")


def _data(scene: Scene) -> Told | None:
    edition = scene.edition
    columns = {one.column for one in scene.categories}
    rows = [
        edition.rules[row.rule]
        for row in edition.rows.values()
        if any(edition.fields[name].code is not None for name in row.fields)
        and any(row.cells[column].code in _HELD for column in columns)
        and any(edition.purposes[purpose].discloses(name) for purpose in scene.purposes for name in row.fields)
    ]
    if not rows:
        return None
    told = joined(Told(rule.label_fr, rule.label_en) for rule in rows)
    return Told(f"{told.fr}, chacune seulement si elle est utile.", f"{told.en}; each only where it is of use.")


def _origins(scene: Scene) -> Told | None:
    return listed(_origin(scene.edition, name) for name in scene.origins) if scene.origins else None


def _origin(edition: Edition, name: str) -> Told:
    kind, public = edition.origins[name], word_if_any("public", name)
    if kind.direct:
        return Told(f"{kind.label_fr} : recueillies auprès de vous.", f"{kind.label_en}: collected from you.")
    french = f"{kind.label_fr} : source {public.fr if public else 'non publique'}"
    english = f"{kind.label_en}: {public.en if public else 'not a public source'}"
    if edition.clocks[name].assessed:
        french += " ; vous en êtes informé individuellement au premier contact"
        english += "; you are told of it individually at the first contact"
    return Told(french + ".", english + ".")


def _retention(scene: Scene) -> Told | None:
    rows = list(dict.fromkeys(one.retention for one in scene.categories))
    return listed(_kept(scene, scene.edition.retention[name]) for name in rows) if rows else None


def _kept(scene: Scene, row: Retention) -> Told:
    rule, trigger = scene.edition.rules[f"retention.{row.id}"], word("triggers", row.trigger)
    period = scene.periods.get(row.id) or Period(months=row.months, days=row.days)
    french, english = f"jusqu'à : {trigger.fr}", f"until: {trigger.en}"
    if period.months or period.days:
        french = f"{_length(period, 'mois', 'jours')} après : {trigger.fr}"
        english = f"{_length(period, 'months', 'days')} after: {trigger.en}"
    return Told(
        f"{rule.label_fr} : {french} ; puis {row.after_fr}.", f"{rule.label_en}: {english}; then {row.after_en}."
    )


def _length(period: Period, months: str, days: str) -> str:
    parts = [f"{count} {name}" for count, name in ((period.months, months), (period.days, days)) if count]
    return " ".join(parts)


def _sponsor(own: ControllerView, controlled_by: str) -> Told:
    if not controlled_by:
        return Told(f"{own.name}, que personne d'autre ne contrôle.", f"{own.name}, controlled by nobody else.")
    return Told(f"{own.name}, sous le contrôle de {controlled_by}.", f"{own.name}, controlled by {controlled_by}.")


def _ballots(processing: Processing) -> Told:
    found = [_ballot(one.title, one.first_round, one.second_round) for one in list_elections(processing)]
    if not found:
        return Told("aucun en particulier.", "none in particular.")
    told = joined(found)
    return Told(f"{told.fr}.", f"{told.en}.")


def _ballot(title: str, first: date, second: date | None) -> Told:
    days = [day(one) for one in (first, second) if one is not None]
    french, english = " et ".join(one.fr for one in days), " and ".join(one.en for one in days)
    return Told(f"{title} ({french})", f"{title} ({english})")


def _targeting(*, used: bool) -> Told:
    if used:
        return Told("employé ; l'avis de transparence dit lequel.", "used; the transparency notice says which.")
    return Told("aucun.", "none.")


def _is_https(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
