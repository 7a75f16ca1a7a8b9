"""What a controller declares to activate its campaign, read with what the registers hold, and kept."""

import dataclasses
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from audit.processing import Processing
from campaigns.arrangements import list_arrangements
from campaigns.controllers import list_controllers
from campaigns.elections import list_elections
from campaigns.hosting import operator_of
from campaigns.store import ACTIVATION, ask_territories, insert_row, rows_of
from campaigns.words import told
from policy.activation import ALWAYS_USED, Assessment, Dossier, Period, PublishedNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the controller declares; what the law's edition asks beyond it stands in the registers."""

    assessment: Assessment = field(default_factory=Assessment)
    notice: PublishedNotice = field(default_factory=PublishedNotice)
    purposes: Collection[str] = ()
    territories: Collection[str] = ()
    """Codes of communes, departments or constituencies where the campaign acts."""
    retention: Mapping[str, Period] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationView:
    """The declaration in force."""

    assessment: Assessment
    notice: PublishedNotice
    purposes: tuple[str, ...]
    territories: tuple[str, ...]
    retention: Mapping[str, Period]
    edition: str
    activated_at: datetime


def dossier_of(processing: Processing, declaration: Declaration, *, synthetic_contacts: int) -> Dossier:
    """Put the declaration and the registers together, as the law asks for them."""
    controllers = list_controllers(processing)
    own = next((one for one in controllers if one.own), None)
    operator = operator_of(processing)
    arranged = {one.controller_id for one in list_arrangements(processing) if one.holds(processing.today)}
    joint = [one for one in controllers if not one.own and (one.ended_on is None or one.ended_on > processing.today)]
    return Dossier(
        rights_contact="" if own is None else own.rights_contact,
        dpo_contact="" if own is None else own.dpo_contact,
        dpo_not_required="" if own is None else own.dpo_not_required,
        joint_without_arrangement=tuple(str(one.id) for one in joint if one.id not in arranged),
        operator="" if operator is None else operator.role,
        contract="" if operator is None else operator.contract,
        assessment=declaration.assessment,
        notice=declaration.notice,
        purposes=frozenset(declaration.purposes),
        retention=declaration.retention,
        elections=tuple(one.type for one in list_elections(processing)),
        synthetic_contacts=synthetic_contacts,
    )


def keep_declaration(processing: Processing, declaration: Declaration) -> dict[str, int]:
    """Keep a declaration that the law accepted: from its commit on the campaign is active. Return rows to note."""
    insert_row(
        processing,
        ACTIVATION,
        {
            "number": len(rows_of(processing, ACTIVATION, ACTIVATION.c.number)) + 1,
            "edition": processing.edition.digest,
            "assessment": _json(declaration.assessment),
            "notice": _json(declaration.notice),
            "purposes": json.dumps(sorted(ALWAYS_USED | set(declaration.purposes))),
            "territories": json.dumps(sorted({told("a territory", one) for one in declaration.territories})),
            "retention": json.dumps(
                {name: dataclasses.asdict(one) for name, one in sorted((declaration.retention or {}).items())}
            ),
            "activated_at": processing.at,
        },
    )
    return {"activation.insert": 1}


def activation_of(processing: Processing) -> ActivationView | None:
    """Return the declaration in force, None before the first."""
    rows = rows_of(processing, ACTIVATION, ACTIVATION.c.number)
    return _view(rows[-1], rows[0].activated_at) if rows else None


def territories_in_force(processing: Processing) -> Callable[[], tuple[str, ...]]:
    """Ask where the campaign said it acts; nothing before it is active."""
    rows = ask_territories(processing)
    return lambda: tuple(place for row in rows() for place in json.loads(row.territories))


def _json(told_of: Assessment | PublishedNotice) -> str:
    return json.dumps(dataclasses.asdict(told_of), default=str)


def _view(row: Any, since: datetime) -> ActivationView:  # noqa: ANN401 - a row
    return ActivationView(
        assessment=Assessment(**_dated(row.assessment)),
        notice=PublishedNotice(**_dated(row.notice)),
        purposes=tuple(sorted(ALWAYS_USED | set(json.loads(row.purposes)))),
        territories=tuple(json.loads(row.territories)),
        retention={name: Period(**one) for name, one in json.loads(row.retention).items()},
        edition=row.edition,
        activated_at=since,
    )


def _dated(text: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text)
    return values | {"on": None if values["on"] is None else date.fromisoformat(values["on"])}
