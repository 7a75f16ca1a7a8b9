from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from audit.disclosures import disclosures_between
from audit.events import Event
from audit.note import Note
from eligibility.answer import answer_eligibility
from eligibility.question import Enquiry
from kernel.errors import Conflict, Invalid, NotFound
from outreach.listing import list_interactions
from outreach.words import Effect, Outcome
from sheets.key_in import LineResult
from sheets.make import SheetExpired, SheetView, list_sheets
from sheets.notes import Kept
from sheets.sweep import export_lines, has_expired_sheets, remove_sheet, sweep_sheets
from tests.factories import NOW, World, later, opened_world, raw
from tests.sheets.doors import a_street, friend, keyed, lines_of, made, printed, prospect, said


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def test_lines_are_numbered_as_one_walks_and_a_door_stands_on_one_sheet(world: World) -> None:
    a_street(world, ("10", "2", "9 bis", "2"))
    a_street(world, ("1",), street="Avenue Foch")
    found = made(world, lines=3)
    assert [one.lines for one in found.sheets] == [3, 2]
    first, second = (printed(world, one.id) for one in found.sheets)
    assert [(line, number) for line, number, _ in lines_of(first)] == [(1, "1"), (2, "2"), (3, "2")]
    assert [(line, number) for line, number, _ in lines_of(second)] == [(1, "9 bis"), (2, "10")]
    assert [one["street"] for one in first.told["streets"]] == [
        "Avenue Foch, 75002 Paris",
        "rue de la Paix, 75002 Paris",
    ]
    (only,) = made(world, streets=["avenue foch"]).sheets
    assert only.lines == 1
    with pytest.raises(Conflict):
        made(world, polling_station="0099")
    with pytest.raises(Invalid):
        made(world, lines=101)


def test_a_print_opens_names_and_addresses_and_the_log_tells_of_everybody_on_it(world: World) -> None:
    a_street(world)
    a_street(world, ("",), street="", postcode="", city="", locality="Le Bourg")
    (sheet,) = made(world).sheets
    paper = printed(world, sheet.id)
    assert paper.pdf().startswith(b"%PDF-")
    assert "liste électorale" in " ".join(paper.told["script"])
    assert "droits@example.org" in " ".join(paper.told["script"])
    with world.register.open(world.actor, "rights_request") as processing:
        seen = disclosures_between(processing, NOW - timedelta(hours=1), NOW + timedelta(hours=1))
        processing.note(Note(event=Event.LOG_READ, counts=processing.reads()))
    (shown,) = (one for one in seen if one.event is Event.SHEET_PRINTED)
    assert set(shown.fields) == {"address", "first_names", "last_name"}
    assert len(shown.subjects) == 4
    with world.register.open(world.actor, "canvassing") as processing:
        (listed,) = list_sheets(processing)
    assert (listed.printed_by, listed.printed_at) == ("operator", NOW)


def test_what_is_keyed_in_is_a_visit_at_its_true_time_and_keyed_twice_is_kept_once(world: World) -> None:
    a_street(world)
    (sheet,) = made(world).sheets
    later(world, hours=5)
    lines = [
        said(1, hours=1),
        said(2, Outcome.RECONTACT, hours=2),
        said(2, Outcome.ABSENT, hours=2),
        said(3, days=1),
        said(4, hours=1),
    ]
    answers = keyed(world, sheet.id, *lines).lines
    assert [one.result for one in answers] == [
        LineResult.RECORDED,
        LineResult.RECORDED,
        LineResult.REPEATED,
        LineResult.TO_COME,
        LineResult.UNKNOWN,
    ]
    again = keyed(world, sheet.id, *lines[:2], said(3, hours=-1)).lines
    assert [one.result for one in again] == [LineResult.ALREADY, LineResult.ALREADY, LineResult.BEFORE_SHEET]
    with world.register.open(world.actor, "canvassing") as processing:
        found = list_interactions(processing, None, limit=10).interactions
    assert [(one.outcome, one.at, one.eligibility) for one in sorted(found, key=lambda one: one.at)] == [
        (Outcome.ABSENT, NOW + timedelta(hours=1), sheet.eligibility_id),
        (Outcome.RECONTACT, NOW + timedelta(hours=2), sheet.eligibility_id),
    ]
    assert {one.recorded_at for one in found} == {NOW + timedelta(hours=5)}


def test_an_objection_at_the_door_holds_at_once_on_paper_too_and_outlives_the_contact(world: World) -> None:
    objecting, refusing, staying = a_street(world, ("1", "2", "3"))
    (sheet,) = made(world).sheets
    answers = keyed(world, sheet.id, said(1, Outcome.DO_NOT_COME_BACK), said(2, Outcome.NOT_INTERESTED)).lines
    assert [one.effect for one in answers] == [Effect.OBJECTION, Effect.REFUSAL]
    paper = printed(world, sheet.id)
    assert [line for line, *_ in lines_of(paper)] == [3]
    assert paper.told["gone"] == [1, 2]
    with world.register.open(world.actor, "canvassing") as processing:
        asked = answer_eligibility(processing, Enquiry(channel="door", persons=[objecting, refusing, staying]))
    assert asked.allowed == 1
    with raw(world.url) as database:
        kinds = {kind for (kind,) in database.run("SELECT kind FROM opposition")}
    assert kinds == {"name_address", "name_birth"}


def test_a_refused_note_goes_back_with_neutral_words_and_nothing_else_is_lost(world: World) -> None:
    for number, name in (("1", "Martin"), ("2", "Petit"), ("3", "Durand")):
        friend(world, number, name)
    a_street(world, ("4",))
    (sheet,) = made(world).sheets
    kept, refused, held, roll = keyed(
        world,
        sheet.id,
        said(1, Outcome.RECONTACT, "rappeler en mars, préfère le samedi"),
        said(2, Outcome.RECONTACT, "musulman pratiquant"),
        said(3, Outcome.ABSENT, "Fédération CFDT du Rhône"),
        said(4, Outcome.RECONTACT, "sonner deux fois"),
    ).lines
    assert {one.result for one in (kept, refused, held, roll)} == {LineResult.RECORDED}
    notes = [one.note for one in (kept, refused, held, roll) if one.note]
    assert [one.kept for one in notes] == [Kept.KEPT, Kept.REFUSED, Kept.HELD, Kept.REFUSED]
    assert notes[1].neutral_fr
    assert "musulman" not in str(notes[1])
    assert notes[2].review
    assert "matrix.note" in {one.rule for one in notes[3].findings}
    again = keyed(world, sheet.id, said(2, Outcome.RECONTACT, "préfère être rappelée le soir")).lines[0]
    assert again.note
    assert (again.result, again.note.kept) == (LineResult.ALREADY, Kept.KEPT)


def test_a_note_of_the_door_prolongs_nobodys_time(world: World) -> None:
    prospect(world, "1")
    friend(world, "2")
    (sheet,) = made(world).sheets
    with raw(world.url, world.campaign) as database:
        before = database.run("SELECT category, due_on FROM contact ORDER BY category")
        answers = keyed(world, sheet.id, *(said(line, Outcome.RECONTACT, "préfère le soir") for line in (1, 2))).lines
        after = database.run("SELECT category, due_on FROM contact ORDER BY category")
    assert [one.note and one.note.kept for one in answers] == [Kept.KEPT, Kept.KEPT]
    assert before == after


def test_after_its_day_a_sheet_is_neither_printed_nor_keyed_in_and_is_deleted(world: World) -> None:
    (person, *_) = a_street(world)
    (sheet,) = made(world, days=1).sheets
    with world.register.open(world.actor, "rights_request") as processing:
        (told,) = export_lines(processing, [person])[person]
    assert (told.purpose, told.outcome, told.expires_on) == ("canvassing", None, sheet.expires_on)
    later(world, days=2)
    for late in (lambda: printed(world, sheet.id), lambda: keyed(world, sheet.id, said(1))):
        with pytest.raises(SheetExpired):
            late()
    with world.installation.database.transaction(world.campaign) as reading:
        assert has_expired_sheets(reading, world.campaign, world.clock.now().date())
    with world.register.open(world.actor, "administration") as processing:
        assert sweep_sheets(processing) == 1
    with raw(world.url) as database:
        assert database.run("SELECT count(*) FROM sheet_line") == [(0,)]
    with pytest.raises(NotFound), world.register.open(world.actor, "canvassing") as processing:
        remove_sheet(processing, sheet.id)


def test_an_erased_person_leaves_every_sheet_and_the_numbers_of_the_others_stay(world: World) -> None:
    (person, *_) = a_street(world, ("1", "2", "3"))
    (sheet,) = made(world).sheets
    world.installation.eraser.erase(world.actor, "rights_request", [person], "no_longer_needed")
    paper = printed(world, sheet.id)
    assert [line for line, *_ in lines_of(paper)] == [2, 3]
    assert paper.told["gone"] == [1]
    (answer,) = keyed(world, sheet.id, said(1)).lines
    assert answer.result is LineResult.UNKNOWN


def test_a_record_that_does_not_open_takes_nobody_else_off_the_sheet(world: World) -> None:
    spoilt, *others = a_street(world)
    (sheet,) = made(world).sheets
    with raw(world.url, world.campaign) as database:
        database.run("UPDATE contact SET revision = revision + 1 WHERE id = ?", spoilt)
    paper = printed(world, sheet.id)
    assert (paper.unopened, len(lines_of(paper)), paper.told["gone"]) == (1, 2, [])
    assert [*paper.told["unopened"], *(line for line, *_ in lines_of(paper))] == [1, 2, 3]
    assert b"%PDF-" in paper.pdf()
    with world.register.open(world.actor, "rights_request") as processing:
        seen = disclosures_between(processing, NOW - timedelta(hours=1), NOW + timedelta(hours=1))
        processing.note(Note(event=Event.LOG_READ, counts=processing.reads()))
    (shown,) = (one for one in seen if one.event is Event.SHEET_PRINTED)
    assert len(shown.subjects) == len(others)
    again = made(world)
    assert (again.unopened, [one.lines for one in again.sheets]) == (1, [2])


def test_sheets_are_listed_page_by_page_the_newest_first(world: World) -> None:
    a_street(world)
    first, second = (made(world).sheets[0].id for _ in range(2))
    later(world, minutes=1)
    (third,) = (one.id for one in made(world).sheets)
    found: list[SheetView] = []
    with world.register.open(world.actor, "canvassing") as processing:
        while page := list_sheets(processing, (found[-1].made_at, found[-1].id) if found else None, 2):
            found += page
    assert [one.id for one in found] == [third, *sorted((first, second), reverse=True)]
