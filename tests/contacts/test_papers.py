"""The papers that prove an origin: a broker's consent and a roll's undertaking are never merely claimed."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from attachments.kinds import Kind
from audit.events import Event
from audit.note import Note
from contacts.declare import NewOrigin, declare_origin, origin_by_number
from contacts.registries import list_origins
from files.import_file import import_file
from files.order import ImportOrder
from kernel.errors import Invalid
from policy.findings import Refusal
from tests.attachments.samples import added
from tests.factories import MANAGING, World, opened_world, recorded, supporter


def declared(world: World, kind: str, **more: Any) -> int:  # noqa: ANN401 - an order
    with world.register.open(world.actor, MANAGING) as processing:
        new = NewOrigin(kind=kind, obtained_on=date(2026, 11, 10), election=world.election, **more)
        return declare_origin(processing, new).number


def evidence_of(world: World, number: int) -> tuple[frozenset[str], dict[str, UUID]]:
    with world.register.open(world.actor, MANAGING) as processing:
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
        known = origin_by_number(processing, number)
        (view,) = (one for one in list_origins(processing) if one.number == number)
    return known.evidence, dict(view.papers)


def test_a_paper_proves_an_origin_and_a_broker_must_have_given_one(database_url: str, tmp_path: Path) -> None:
    with opened_world(database_url, tmp_path) as world:
        (person,) = recorded(world, supporter(world))
        proof, promise = (
            added(world, kind=Kind.EVIDENCE, contact=None),
            added(world, kind=Kind.UNDERTAKING, contact=None),
        )
        theirs = added(world, kind=Kind.EVIDENCE, contact=person)
        claimed = {"evidence": {"broker_consent", "political_notice"}}
        with pytest.raises(Refusal) as caught:
            declared(world, "rented_file", **claimed)
        assert [(one.rule, one.missing) for one in caught.value.findings] == [
            ("rented.broker_consent", "broker_consent")
        ]
        rented = declared(world, "rented_file", **claimed, papers={"broker_consent": proof})
        assert evidence_of(world, rented) == (frozenset(claimed["evidence"]), {"broker_consent": proof})
        for kind, missing in (("electoral_roll", 1), ("consular_roll", 2)):
            with pytest.raises(Refusal) as caught:
                declared(world, kind, evidence={"undertaking", "host_state_undertaking"})
            assert len([one for one in caught.value.findings if (one.missing or "").endswith("undertaking")]) == missing
        roll = declared(world, "electoral_roll", papers={"undertaking": promise})
        assert evidence_of(world, roll) == (frozenset({"undertaking"}), {"undertaking": promise})
        for wrong in (
            {"broker_consent": uuid4()},
            {"broker_consent": promise},
            {"broker_consent": theirs},
            {"undertaking": proof},
            {"handover": proof},
            {"Dupont": proof},
        ):
            with pytest.raises(Invalid) as told:
                declared(world, "rented_file", **claimed, papers=wrong)
            assert "Dupont" not in str(told.value)


def test_a_roll_comes_from_a_roll_and_from_nowhere_else(database_url: str, tmp_path: Path) -> None:
    header = "nom de naissance;prénoms;numéro d'ordre dans le bureau de vote\n"
    (tmp_path / "roll.csv").write_text(f"{header}Dupont;Marie;1\n", encoding="utf-8")
    (tmp_path / "world").mkdir()
    with opened_world(database_url, tmp_path / "world") as world:
        order: dict[str, Any] = {"path": tmp_path / "roll.csv", "report": tmp_path / "report", "dry_run": True}

        def brought(origin: int, **more: Any) -> dict[str, int]:  # noqa: ANN401 - an order
            ordered = ImportOrder(**order, origin=origin, **more)
            told = import_file(world.register, world.actor, MANAGING, ordered, lambda *_: None)
            return dict(told.summary["rows"])

        assert brought(world.roll.number) == {"accepted": 1}
        with pytest.raises(Refusal, match=r"origin\.category"):
            brought(declared(world, "newsletter"))
        with pytest.raises(Invalid, match="of one category"):
            brought(world.roll.number, category="regular")
