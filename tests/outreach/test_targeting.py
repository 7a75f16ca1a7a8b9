from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.controllers import list_controllers
from kernel.actor import Actor, ActorKind
from kernel.errors import Conflict, Invalid, NotFound
from outreach.messages import NewMessage, create_message, list_messages
from outreach.targeting import Criterion, NewTargeting, find_targeting, list_targetings, register_targeting
from outreach.transparency import make_notice
from outreach.words import Channel, Exemption, Kind, MessageKind, Technique
from policy.findings import Refusal
from tests.factories import MANAGING
from tests.outreach.outreach import Outreach

Found = TypeVar("Found")
COUNTS = {"considered": 1200, "allowed": 900, "opposed": 3}
BY_PLACE = NewTargeting(
    channel=Channel.EMAIL,
    technique=Technique.GEOGRAPHY,
    counts=COUNTS,
    criteria=(Criterion(name="commune", origins=("newsletter",)), Criterion(name="birth_date", excludes=True)),
)


def manager(outreach: Outreach) -> Actor:
    operator = outreach.world.actor
    return replace(operator, id=str(uuid4()), kind=ActorKind.STAFF, staff_role="manager")


def read(processing: Processing, found: Found) -> Found:
    """Note a reading of what tells of no person, and return what was found."""
    processing.note(Note(event=Event.TARGETING_READ, counts={}))
    return found


def test_a_line_says_how_on_which_data_and_in_which_role_never_who(outreach: Outreach) -> None:
    who = manager(outreach)
    with outreach.world.register.open(who, MANAGING) as processing:
        line = register_targeting(processing, BY_PLACE)
        edition = processing.edition.digest
    with outreach.world.register.open(who, MANAGING) as processing:
        found = find_targeting(processing, line)
        assert found in list_targetings(processing)
        beyond = list_targetings(processing, after=(found.recorded_at, found.id))
        assert found not in beyond
        read(processing, found)
    assert (found.criteria, found.counts) == (BY_PLACE.criteria, COUNTS)
    assert (found.role, found.purpose, found.edition) == ("manager", MANAGING, edition)
    assert (found.starts_on, found.last_use_on) == (date(2026, 11, 21), date(2026, 11, 21))
    assert who.id not in repr(found)


def test_a_line_has_closed_words_alone(outreach: Outreach) -> None:
    wrong: list[dict[str, Any]] = [
        {"criteria": (Criterion(name="voisins de Marie"),)},
        {"criteria": (Criterion(name="tag:Marie Dupont"),)},
        {"criteria": (Criterion(name="commune", origins=("rumour",)),)},
        {"criteria": ()},
        {"technique": Technique.EVERYBODY},
        {"counts": {"considered": 1}},
        {"counts": COUNTS | {"Marie Dupont": 1}},
        {"message": uuid4()},
    ]
    for one in wrong:
        with pytest.raises(Invalid):
            outreach.do(partial(register_targeting, new=replace(BY_PLACE, **one)))
    for technique in (Technique.EVERYBODY, Technique.RANDOM_SPLIT):
        outreach.do(partial(register_targeting, new=_free(technique)))


def _free(technique: Technique) -> NewTargeting:
    return replace(BY_PLACE, technique=technique, criteria=())


def test_a_notice_tells_what_the_law_asks_in_both_languages_and_what_is_missing(outreach: Outreach) -> None:
    letter = outreach.message(MessageKind.PROPAGANDA, Channel.EMAIL)
    criteria = (*BY_PLACE.criteria, Criterion(name="tag:velo"), Criterion(name="contact_details"))
    named = replace(BY_PLACE, message=letter, criteria=criteria[:3], last_use_on=date(2026, 12, 1), automated=True)
    line = outreach.do(lambda processing: register_targeting(processing, named))
    for _ in range(3):
        outreach.happened(Kind.SENT, message=letter)
    notice = outreach.do(lambda processing: make_notice(processing, line))
    french = {one.mention: one.text for one in notice.fr}
    english = {one.mention: one.text for one in notice.en}
    assert french.keys() == english.keys()
    assert notice.kept_until == date(2033, 12, 1)
    assert (french["sponsor"], french["reach_us"]) == ("Parti d'essai", "droits@example.org")
    assert french["groups"] == "commune, étiquette « velo »"
    assert french["excluded"] == "Date de naissance, âge"
    assert (french["sent"], english["sent"]) == ("moins de 10", "fewer than 10")
    assert english["figures"] == "1200 persons considered, 900 kept"
    assert (french["automated"], english["automated"]) == ("oui", "yes")
    assert (french["period"], english["technique"]) == ("du 2026-11-21 au 2026-12-01", "choice by place")
    assert (english["run_by"], english["election"]) == ("operator", "not said")
    assert "droits@example.org" in english["withdrawal"]
    assert len(notice.missing_fr) == len(notice.missing_en) == 6


def test_a_notice_without_message_is_the_controllers_own(outreach: Outreach) -> None:
    with outreach.world.register.open(manager(outreach), MANAGING) as processing:
        line = register_targeting(processing, replace(BY_PLACE, counts={"considered": 9, "allowed": 2}))
    notice = outreach.do(lambda processing: make_notice(processing, line))
    told = {one.mention: one.text for one in notice.fr}
    assert "sent" not in told
    assert (told["sponsor"], told["run_by"]) == ("Parti d'essai", "manager")
    assert told["figures"] == "moins de 10 personnes examinées, moins de 10 retenues"
    with pytest.raises(NotFound):
        outreach.do(lambda processing: make_notice(processing, uuid4()))


def test_a_message_is_screened_labelled_and_sponsored(outreach: Outreach) -> None:
    own = outreach.do(lambda processing: read(processing, list_controllers(processing)[0].id))
    letter = NewMessage(kind=MessageKind.NEWSLETTER, channel=Channel.LIST, title=f"lettre_{uuid4().hex}", sponsor=own)
    wrong: list[tuple[type[Exception], dict[str, Any]]] = [
        (Invalid, {"title": "Lettre à Marie"}),
        (Refusal, {"title": "musulmans"}),
        (Invalid, {"sponsor": None}),
        (Invalid, {"exemption": Exemption.EDITORIAL}),
        (Invalid, {"sponsor": uuid4()}),
        (Invalid, {"kind": MessageKind.LOGISTICS, "exemption": Exemption.EDITORIAL, "sponsor": None}),
        (Invalid, {"channel": Channel.DOOR}),
        (NotFound, {"election": uuid4()}),
        (Conflict, {}),
    ]
    created = outreach.do(lambda processing: create_message(processing, letter))
    for error, one in wrong:
        with pytest.raises(error):
            outreach.do(partial(create_message, new=replace(letter, **one)))
    exempt = replace(letter, title=f"avis_{uuid4().hex}", sponsor=None, exemption=Exemption.OFFICIAL_INFORMATION)
    plain = replace(letter, title=f"poste_{uuid4().hex}", channel=Channel.POST, sponsor=None)
    made = [outreach.do(partial(create_message, new=new)) for new in (exempt, plain)]
    found = {one.id: one for one in outreach.do(lambda processing: read(processing, list_messages(processing)))}
    assert [found[one].labelled for one in (created, *made)] == [True, False, False]
    assert found[created].sponsor == own
