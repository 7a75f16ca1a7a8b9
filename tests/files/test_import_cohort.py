"""A file names the cohort that its opt-ins belong to: they are proven with it, and nobody's refusal is lifted."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from consent.cohorts import NewCohort, decide_cohort, declare_cohort, draw_sample, review_sample
from files.import_file import import_file
from files.imports import Declared, check_declared
from files.order import ImportOrder
from kernel.errors import Invalid
from kernel.identity import PersonId
from policy.standing import Status
from tests.consent_making import add_screenshot
from tests.factories import MANAGING, World, later, opened_world, raw

HEADER = "nom;prénom;courriel;accepte les e-mails;désinscrit\n"
ROWS = "".join(f"Martin{n};Zoé;m{n}@example.org;oui;\n" for n in range(3)) + "Durand;Léa;l@example.org;oui;x\n"
COLLECTED = date(2025, 12, 31)


def run(world: World, path: Path, cohort: int | None = None) -> None:
    told = {"category": "regular", "report": path.with_name("report")}
    order = ImportOrder(path=path, origin=world.newsletter.number, cohort=cohort, **told)  # type: ignore[arg-type]
    import_file(world.register, world.actor, MANAGING, order, lambda *_: None)


def statuses(world: World) -> list[tuple[str, int]]:
    with raw(world.url, world.campaign) as database:
        return sorted(database.run("SELECT purpose, status FROM consent_standing"))


def evidence(world: World) -> list[tuple[int | None, object]]:
    with raw(world.url, world.campaign) as database:
        return database.run("SELECT cohort, occurred_at FROM consent_evidence WHERE purpose = 'email_campaign'")


def test_the_opt_ins_of_a_file_are_proven_with_its_cohort(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + ROWS, "utf-8")
    with opened_world(database_url, tmp_path / "world") as world:
        shot, words = add_screenshot(world), "J'accepte de recevoir la lettre."
        period = {"collected_from": date(2025, 1, 1), "collected_to": COLLECTED}
        with world.register.open(world.actor, MANAGING) as processing:
            new = NewCohort(title="Formulaire", wording=words, attachment=shot, origin=1, **period)
            cohort = declare_cohort(processing, new)
            check_declared(processing, Declared(origin=world.newsletter.number, cohort=cohort))
        with pytest.raises(Invalid, match="no cohort"):
            run(world, path, 99)
        run(world, path)
        claimed = [("*", Status.REFUSED), *[("email_campaign", Status.CLAIMED)] * 4]
        assert statuses(world) == claimed
        assert {of for of, _ in evidence(world)} == {None}
        for _ in range(2):
            run(world, path, cohort)
            path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        assert statuses(world) == claimed
        told = [at for of, at in evidence(world) if of == cohort]
        assert len(told) == 4, "each joins once"
        ended = datetime.combine(COLLECTED, time(23, 59, 59), UTC)
        assert {str(at)[:10] for at in told} == {str(ended)[:10]}, (
            "they agreed when the cohort was collected, not today"
        )
        _prove(world, cohort)
        assert statuses(world) == [("*", Status.REFUSED), *[("email_campaign", Status.COHORT)] * 4]
        with pytest.raises(Invalid, match="nobody joins"):
            run(world, path, cohort)
        with pytest.raises(Invalid, match="nobody joins"):
            _check(world, cohort)


def _check(world: World, cohort: int) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        check_declared(processing, Declared(origin=world.newsletter.number, cohort=cohort))


def _prove(world: World, cohort: int) -> None:
    reviewer = replace(world.actor, id="reviewer")
    later(world, minutes=1)
    with world.register.open(world.actor, MANAGING) as processing:
        drawn: list[PersonId] = draw_sample(processing, cohort)
    with world.register.open(reviewer, MANAGING) as processing:
        review_sample(processing, cohort, dict.fromkeys(drawn, "good"))
    assert decide_cohort(world.register, reviewer, MANAGING, cohort) == "proven"
