"""Basis, door and due day; and a proof nobody can forge."""

from dataclasses import replace
from datetime import date

import pytest

from policy.draft import Draft, Origin
from policy.edition import Controller, Edition
from policy.ground import Grounds, ground, together
from policy.load import load
from policy.phase import Phase, phase_finding
from policy.screen import screen

TODAY = date(2026, 11, 21)
FRANCE: Edition = load("france", TODAY)
EARLIER: Edition = load("france", date(2025, 10, 9))
NEWSLETTER = Origin(kind="newsletter", obtained_on=TODAY, number=1)
PERSON = Origin(kind="person", obtained_on=TODAY, number=2)
OPINION = "Militant socialiste, votera pour nous"


def grounds(
    *drafts: Draft, controller: Controller = "party", purpose: str = "contact_management", edition: Edition = FRANCE
) -> Grounds:
    clearance = screen(edition, drafts, on=edition.on)
    return ground(edition, clearance, controller=controller, purpose=purpose, phase=Phase.ACTIVE, on=edition.on)


def test_only_ground_makes_grounds() -> None:
    with pytest.raises(TypeError, match=r"only policy\.ground\.ground"):
        Grounds(items=(), findings=(), edition=FRANCE.digest, purpose="answering", token=object())


def test_a_clearance_of_another_edition_gives_no_ground() -> None:
    clearance = screen(load("france", date(2025, 10, 9)), [], on=date(2025, 10, 9))
    with pytest.raises(ValueError, match="another edition"):
        ground(FRANCE, clearance, controller="party", purpose="contact_management", phase=Phase.ACTIVE, on=TODAY)


def test_before_the_activation_nothing_real_has_a_ground_and_after_it_nothing_synthetic() -> None:
    for phase, synthetic in ((Phase.PREPARING, False), (Phase.ACTIVE, True)):
        draft = Draft(category="prospect", origin=replace(PERSON, synthetic=synthetic), data=())
        clearance = screen(FRANCE, [draft], on=TODAY)
        given = ground(FRANCE, clearance, controller="party", purpose="answering", phase=phase, on=TODAY)
        assert given.items == (None,)
        assert given.findings[0] == (phase_finding(FRANCE, phase, "*", synthetic=synthetic),)


def test_grounds_found_piece_by_piece_are_those_found_at_once() -> None:
    drafts = [
        Draft(category="prospect", origin=PERSON, data=(("birthplace", "Lyon"), ("last_name", "Durand"))),
        Draft(category="no_such_category", origin=PERSON, data=()),
        Draft(category="prospect", origin=PERSON, data=(("email", "a@example.org"),)),
    ]
    assert together([grounds(*drafts[:1]), grounds(), grounds(*drafts[1:])]) == grounds(*drafts)


def test_grounds_that_were_not_asked_alike_are_not_joined() -> None:
    for pieces in ([], [grounds(purpose="answering"), grounds()], [grounds(), grounds(edition=EARLIER)]):
        with pytest.raises(ValueError, match="one edition"):
            together(pieces)


def test_grounds_name_the_edition_and_the_purpose() -> None:
    given = grounds(Draft(category="prospect", origin=PERSON, data=()))
    assert (given.edition, given.purpose) == (FRANCE.digest, "contact_management")


def test_the_findings_of_the_screen_stay_before_those_of_the_ground() -> None:
    draft = Draft(category="prospect", origin=PERSON, data=(("birthplace", "Lyon"), ("email", "a@example.org")))
    given = grounds(draft)
    assert [finding.rule for finding in given.findings[0]] == ["matrix.birthplace", "door.opt_in"]
    assert given.items[0] is not None
    assert given.items[0].draft.data == ()


def test_what_the_screen_refused_whole_has_no_ground_and_keeps_its_findings() -> None:
    given = grounds(Draft(category="prospect", origin=replace(PERSON, kind="patients"), data=()))
    assert given.items == (None,)
    assert [finding.rule for finding in given.findings[0]] == ["origin.other_capacity"]


def test_cells_are_named_as_they_were_before_the_screen_stripped_any() -> None:
    draft = Draft(
        category="prospect",
        origin=PERSON,
        data=(("note", "Musulman pratiquant"), ("note", OPINION), ("note", "Passer samedi")),
        tags=("juifs", "sympathisant socialiste", "tournée nord"),
    )
    given = grounds(draft)
    assert [(finding.field, finding.rule) for finding in given.findings[0]] == [
        ("note", "forbidden.religion"),
        ("tags.0", "forbidden.religion"),
        ("note.1", "forbidden.political_opinion"),
        ("tags.1", "forbidden.political_opinion"),
    ]
    item = given.items[0]
    assert item is not None
    assert (item.draft.data, item.draft.tags) == ((("note", "Passer samedi"),), ("tournée nord",))


def test_rows_of_one_shape_with_other_words_are_judged_apart() -> None:
    notes = ["Passer samedi", OPINION, "Passer dimanche"]
    drafts = [Draft(category="prospect", origin=PERSON, data=(("note", note),)) for note in notes]
    kept = [item.draft.data for item in grounds(*drafts).items if item]
    assert kept == [(("note", "Passer samedi"),), (), (("note", "Passer dimanche"),)]


def test_drafts_that_stand_alike_share_their_footing() -> None:
    drafts = [Draft(category="prospect", origin=PERSON, data=(("last_name", name),)) for name in ("Martin", "Petit")]
    first, second = grounds(*drafts).items
    assert first is not None
    assert second is not None
    assert first.footing is second.footing


def test_each_need_goes_after_its_own_event() -> None:
    drafts = [
        Draft(
            category="regular",
            origin=NEWSLETTER,
            data=(("accessibility_need", f"large_print@2026-12-0{day}"), ("last_name", "Martin")),
            consents=frozenset({"accessibility"}),
        )
        for day in (5, 6)
    ]
    assert [item.dues for item in grounds(*drafts).items if item] == [
        (("accessibility_need", date(2026, 12, 5)),),
        (("accessibility_need", date(2026, 12, 6)),),
    ]


def test_a_rented_address_stands_on_the_brokers_proof() -> None:
    origin = Origin(
        kind="rented_file",
        obtained_on=TODAY,
        number=3,
        final_round=date(2027, 4, 25),
        evidence=frozenset({"broker_consent", "political_notice"}),
    )
    draft = Draft(category="rented", origin=origin, data=(("email", "a@example.org"),))
    (item,) = grounds(draft, purpose="email_campaign").items
    assert item is not None
    assert (item.basis, item.draft.data) == ("6(1)(a)", (("email", "a@example.org"),))


def test_the_door_of_bodies_is_told_first_when_several_opened() -> None:
    draft = Draft(
        category="regular",
        origin=NEWSLETTER,
        data=(("accessibility_need", "transport@2026-12-05"), ("support_level", "3")),
        consents=frozenset({"accessibility"}),
    )
    (item,) = grounds(draft).items
    assert item is not None
    assert item.door == "9(2)(d)"


def test_an_unreadable_birth_date_gives_no_minor_dates() -> None:
    draft = Draft(category="prospect", origin=PERSON, data=(("birth_date", ""),))
    (item,) = grounds(draft).items
    assert item is not None
    assert (item.consent_from, item.target_from) == (None, None)


def test_what_was_judged_before_is_forgotten_once_there_is_too_much_of_it() -> None:
    """Draft by draft, each from an origin of its own, every answer is what it was when nothing was remembered."""
    origins = [replace(NEWSLETTER, number=number) for number in range(700)]
    drafts = [Draft(category="regular", origin=origin, data=(("last_name", "Martin"),)) for origin in origins]
    together = grounds(*drafts)
    for _ in range(2):
        for draft, item, findings in zip(drafts, together.items, together.findings, strict=True):
            alone = grounds(draft)
            assert (alone.items, alone.findings) == ((item,), (findings,))
