"""The clock of requests: stopped by a doubt, put off in time, told at each mark, over when files go."""

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from kernel.errors import Invalid
from rights.course import NotNow
from rights.file import Person
from rights.identity import doubt_identity
from rights.steps import ask_details, close_request, complete_details, extend_request, withdraw_request
from rights.words import Asker, Kind
from tests.factories import count, later, raw
from tests.rights.asking import URL, Desk, asking, texts


def test_a_doubt_stops_the_clock_and_only_a_doubt(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        asked = desk.receive(Kind.ACCESS)
        assert asked.due_on == date(2026, 12, 21)
        desk.do(ask_details, asked.id, "de quelle période ?", URL)
        assert desk.show(asked.id).line.due_on == asked.due_on
        desk.do(complete_details, asked.id, "toute")
        for why, question in (("", "où ?"), ("nom différent", " ")):
            with pytest.raises(Invalid):
                desk.do(doubt_identity, asked.id, why=why, question=question, public_url=URL)
        with pytest.raises(Invalid, match="ask once before"):
            desk.refuse(asked.id, "identity_not_established")
        desk.do(doubt_identity, asked.id, why="nom différent", question="votre code postal ?", public_url=URL)
        shown = desk.show(asked.id)
        assert (shown.line.state, shown.line.due_on) == ("awaiting_identity", None)
        mails = texts(desk)
        later(desk.world, days=10)
        desk.confirm(asked.id)
        assert desk.show(asked.id).line.due_on == date(2026, 12, 31)
        assert any("N'envoyez pas de carte d'identité" in text and "nom différent" in text for text in mails)
        with pytest.raises(Invalid, match="closed list"):
            desk.do(extend_request, asked.id, "holidays", "", URL)
        desk.do(extend_request, asked.id, "complexity", "Quatre fichiers.", URL)
        assert desk.show(asked.id).line.due_on == date(2027, 3, 3)
        with pytest.raises(NotNow):
            desk.do(extend_request, asked.id, "complexity", "", URL)
        assert any("Quatre fichiers" in text and "3 mars 2027" in text for text in texts(desk))
        desk.refuse(asked.id, "identity_not_established")
        assert any("3 place de Fontenoy" in text for text in texts(desk))
        desk.do(close_request, asked.id)


def test_a_request_is_put_off_only_within_the_first_month_and_a_minors_erasure_never(
    sqlite_url: str, tmp_path: Path
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        late, minor = desk.receive(Kind.ACCESS), desk.receive(Kind.ERASURE, minor=True)
        mother = Person(first_names="Anne", last_name="Dupont", email="anne@example.org")
        for_child = desk.receive(Kind.ERASURE, asker=Asker.PARENT, on_behalf=mother)
        for one in (minor, for_child):
            with pytest.raises(NotNow, match="put off"):
                desk.do(extend_request, one.id, "complexity", "", URL)
        later(desk.world, days=40)
        with pytest.raises(NotNow, match="put off"):
            desk.do(extend_request, late.id, "complexity", "", URL)


def test_a_day_that_was_put_off_has_its_own_reminders(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        asked = desk.receive(Kind.ACCESS)
        later(desk.world, days=28)
        assert len(alerts(desk)) == 1  # Two days are left: what came before is not told any more.
        desk.confirm(asked.id)
        desk.do(extend_request, asked.id, "complexity", "Quatre fichiers.", URL)
        told = []
        for _ in range(66):
            later(desk.world, days=1)
            told += alerts(desk)
        assert [desk.show(asked.id).line.due_on, len(told)] == [date(2027, 2, 22), 4]


def alerts(desk: Desk) -> list[EmailMessage]:
    return [mail for mail in desk.remind() if mail["To"] == "droits@example.org"]


def test_what_waits_is_told_once_for_each_mark_and_files_go_when_their_time_is_over(
    sqlite_url: str, tmp_path: Path
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        asked = desk.receive(Kind.ACCESS)
        desk.work()
        said = []
        for _ in range(35):
            said += alerts(desk)
            later(desk.world, days=1)
        assert len(said) == 4
        assert all(asked.reference in mail["Subject"] and "Dupont" not in mail.get_content() for mail in said)
        (line,) = desk.board()
        assert line.alert == "overdue"
        desk.do(withdraw_request, asked.id, URL)
        later(desk.world, days=31)
        desk.remind()
        assert desk.show(asked.id).line.state == "closed"
        later(desk.world, days=5 * 366)
        desk.remind()
        assert count(desk.world, "rights_request") == count(desk.world, "rights_step") == 0
        with raw(desk.world.url, desk.world.campaign) as database:
            assert database.run("SELECT count(*) FROM keys.person_key WHERE compartment = 3") == [(0,)]
