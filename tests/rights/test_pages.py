"""The pages of rights, as somebody without a script uses them; and as somebody uses them who should not."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from starlette.testclient import TestClient

from api.app import create_app
from rights.words import Kind
from signups.links import Use, sign_link
from signups.preferences import write_ways_out
from tests.factories import count, later, marie, raw, recorded, supporter
from tests.notices.telling import published
from tests.rights.asking import URL, Desk, asking

FORBIDDEN = re.compile(r"<script|<iframe|<img|<link|@import|url\(|javascript:|dsfr|marianne", re.IGNORECASE)
COOKIE = "__Host-rights"


@dataclass
class Walker:
    """Somebody at the pages."""

    desk: Desk
    http: TestClient

    def path(self, page: str = "") -> str:
        return f"/mes-donnees/{self.desk.world.campaign}" + (f"/{page}" if page else "")

    def get(self, page: str = "") -> httpx2.Response:
        return self.http.get(self.path(page))

    def post(self, page: str = "", *, secret: str | None = None, **form: str) -> httpx2.Response:
        """Send a form with the secret that its page holds, and do not follow where it leads."""
        if secret is None:
            found = re.search(r'name="secret" value="([^"]+)"', self.get(page).text)
            secret = found[1] if found else ""
        return self.http.post(self.path(page), data={"secret": secret, **form}, follow_redirects=False)

    def ask(self, kind: str, email: str = "marie@example.org", **more: str) -> str:
        """Walk to the code page; return the code that the mail holds."""
        assert moved(self.post(kind=kind)) == "pour-qui"
        assert moved(self.post("pour-qui", asker="self")) == "personne"
        name = {"first_names": "Marie", "last_name": "Dupont", "birth_date": ""}
        assert moved(self.post("personne", **name)) == "contact"
        place = {"email": email, "phone": "", "street": "", "postcode": "", "city": ""} | more
        assert moved(self.post("contact", **place)) == "details"
        assert moved(self.post("details", details="tout", minor="")) == "verifier"
        assert "Dupont" in self.get("verifier").text
        assert moved(self.post("verifier")) == "code"
        mails = self.desk.work()
        return code_in(mails[-1].get_content()) if mails else ""


def moved(answer: httpx2.Response) -> str:
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"]
    assert where.startswith("/mes-donnees/")
    return where.partition("?")[0].rpartition("/")[2]


def code_in(text: str) -> str:
    found = re.search(r"^(\d{4} \d{4})\r?$", text, re.MULTILINE)
    assert found, text
    return found[1]


@contextmanager
def walking(url: str, folder: Path) -> Iterator[Walker]:
    with asking(url, folder) as desk:
        published(desk.world)
        http = TestClient(create_app(desk.world.installation), base_url=URL, raise_server_exceptions=False)
        yield Walker(desk, http)


def test_somebody_asks_proves_their_mailbox_follows_the_request_and_withdraws_it(
    database_url: str, tmp_path: Path
) -> None:
    with walking(database_url, tmp_path) as walker:
        (person,) = recorded(walker.desk.world, marie(walker.desk.world))
        code = walker.ask("access")
        page = walker.get("code").text
        reference = re.search(r"DR-\w{4}-\w{4}", page)
        assert reference
        assert "21 décembre 2026" in page
        before = walker.http.cookies[COOKIE]
        assert walker.post("code", code="0000 0000").status_code == 422
        assert moved(walker.post("code", code=code)) == "demande"
        assert walker.http.cookies[COOKIE] != before  # A visit that was planted opens nothing.
        assert "Demande reçue" in walker.get("demande").text
        walker.desk.work()
        assert "En cours de traitement" in walker.get("demande").text
        (line,) = walker.desk.board()
        assert (line.contact, line.identity, line.way) == (person, "code", "page")
        walker.http.cookies.clear()
        assert walker.get("demande").status_code == 404
        assert moved(walker.http.post(walker.path("suivi"), data={"reference": reference[0].lower()},
                                      follow_redirects=False)) == "code"  # fmt: skip
        again = code_in(walker.desk.work()[-1].get_content())
        assert moved(walker.post("code", code=again)) == "demande"
        assert moved(walker.post("demande", do="withdraw")) == "demande"
        assert "Demande annulée" in walker.get("demande").text
        assert "annulée" in walker.desk.work()[-1].get_content()


def test_an_objection_takes_two_screens_and_no_code_whoever_is_known(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        recorded(walker.desk.world, marie(walker.desk.world))
        assert moved(walker.post(kind="objection")) == "opposition"
        told = []
        for email in ("marie@example.org", "inconnue@example.org"):
            form = {"email": email, "phone": "", "channel": "all"}
            answer = walker.http.post(walker.path("opposition"), data=form)
            assert answer.status_code == 200
            told.append(re.sub(r"DR-\w{4}-\w{4}", "DR", answer.text))
        assert told[0] == told[1]
        form = {"first_names": "Jean", "last_name": "Roll", "street": "1 rue X", "postcode": "75007", "city": "Paris"}
        assert walker.http.post(walker.path("opposition"), data=form).status_code == 200
        assert walker.http.post(walker.path("retrait"), data={"email": "marie@example.org"}).status_code == 200
        wrong = walker.http.post(walker.path("opposition"), data={"email": "nobody", "phone": "1"})
        assert wrong.status_code == 422
        assert "À corriger" in wrong.text
        assert {mail["To"] for mail in walker.desk.work()} == {"marie@example.org", "inconnue@example.org"}
        assert count(walker.desk.world, "rights_request") == 4
        assert {one.state for one in walker.desk.board()} == set()


def test_neither_page_nor_mail_tells_who_is_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        recorded(walker.desk.world, marie(walker.desk.world))
        seen = []
        for email in ("marie@example.org", "inconnue@example.org"):
            walker.http.cookies.clear()
            code = walker.ask("erasure", email)
            pages = [walker.get("code").text, walker.post("code", code=code).headers["location"]]
            pages.append(walker.get("demande").text)
            seen.append(re.sub(r'DR-\w{4}-\w{4}|value="[^"]+"', "", " ".join(pages)))
        assert seen[0] == seen[1]
        known = []
        for reference in (walker.desk.board()[0].reference, "DR-0000-0000"):
            walker.http.cookies.clear()
            form = {"reference": reference}
            answer = walker.http.post(walker.path("suivi"), data=form, follow_redirects=False)
            known.append((answer.status_code, answer.headers["location"], len(answer.headers)))
        assert known[0] == known[1]


def test_codes_lock_after_five_tries_and_a_right_one_comes_too_late(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        code = walker.ask("access")
        answers = [walker.post("code", code=one) for one in ("", "1", "00000000", "x" * 90, "1111 1111", code)]
        assert {one.status_code for one in answers} == {422}
        texts = {re.sub(r'value="[^"]+"', "", one.text) for one in answers}
        assert len(texts) == 1
        assert walker.get("demande").status_code == 404


def test_a_request_for_another_names_both_and_every_page_says_what_is_wrong(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        assert walker.post(kind="nothing").status_code == 422
        assert moved(walker.post(kind="post_mortem")) == "personne"
        assert walker.post("personne", first_names="A", last_name="").status_code == 422
        assert walker.post("personne", first_names="A", last_name="B", birth_date="1960-13-40").status_code == 422
        assert walker.post("pour-qui", asker="self").status_code == 404
        assert moved(walker.get("verifier")) == "personne" if walker.get("verifier").is_redirect else True
        assert moved(walker.post("personne", first_names="A", last_name="B", birth_date="1930-05-04")) == "demandeur"
        assert walker.post("demandeur", asker_first_names="", asker_last_name="", asker_email="x").status_code == 422
        who = {"asker_first_names": "Paul", "asker_last_name": "B", "asker_email": "paul@example.org"}
        assert moved(walker.post("demandeur", **who)) == "contact"
        assert walker.post("contact", email="", phone="", street="", postcode="", city="").status_code == 422
        place = {"email": "", "phone": "", "street": "1 rue X", "postcode": "75007", "city": "Paris"}
        assert moved(walker.post("contact", **place)) == "details"
        assert walker.post("details", details="x" * 4_500).status_code == 422
        assert moved(walker.post("details", details="")) == "verifier"
        assert moved(walker.post("verifier")) == "code"
        (mail,) = walker.desk.work()
        assert mail["To"] == "paul@example.org"
        (line,) = walker.desk.board()
        assert (line.kind, line.asker) == ("post_mortem", "heir")
        walker.http.cookies.clear()
        walker.post(kind="rectification")
        for page, form in (("pour-qui", {"asker": "mandate"}), ("personne", {"first_names": "A", "last_name": "B"}),
                           ("demandeur", who), ("contact", place)):  # fmt: skip
            moved(walker.post(page, **form))
        assert walker.post("details", details="").status_code == 422


def test_forms_of_other_sites_stolen_secrets_and_planted_visits_open_nothing(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        foreign = {"sec-fetch-site": "cross-site"}
        form = {"kind": "access"}
        assert walker.http.post(walker.path(), data=form, headers=foreign).status_code == 404
        walker.post(kind="access")
        assert walker.post("pour-qui", secret="", asker="self").status_code == 404
        assert walker.post("pour-qui", secret="é" * 32, asker="self").status_code == 404
        for cookie in ("", "x", "A" * 86, walker.http.cookies[COOKIE][:-2] + "AA"):
            stranger = TestClient(walker.http.app, base_url=URL, cookies={COOKIE: cookie})
            assert stranger.get(walker.path("pour-qui")).status_code == 404
        header = walker.post("pour-qui", asker="self").headers
        assert "set-cookie" not in header
        made = walker.http.post(walker.path(), data=form, follow_redirects=False).headers["set-cookie"]
        assert all(word in made for word in ("__Host-rights=", "HttpOnly", "Secure", "SameSite=lax", "Path=/"))
        before = {table: count(walker.desk.world, table) for table in ("rights_request", "rights_visit", "entry")}
        for page in ("", "opposition", "retrait", "suivi"):
            assert walker.get(page).status_code == 200
        after = {table: count(walker.desk.world, table) for table in ("rights_request", "rights_visit", "entry")}
        assert after == before  # GET changes nothing.


def test_nothing_leads_elsewhere_and_no_page_is_found_by_guessing(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        campaign = walker.desk.world.campaign
        chooser = walker.http.get("/mes-donnees")
        assert f"/mes-donnees/{campaign}" in chooser.text
        link = signed(walker, uuid4())
        for text in (str(campaign), f"https://x.example/unsubscribe/{campaign}/abc?next=https://evil.example", link):
            answer = walker.http.post("/mes-donnees", data={"message": text}, follow_redirects=False)
            assert answer.headers["location"] == f"/mes-donnees/{campaign}?lang=fr"
        for text in ("", "https://evil.example", str(uuid4()), "a\r\nSet-Cookie: b=c", "%0d%0aLocation: x"):
            answer = walker.http.post("/mes-donnees", data={"message": text}, follow_redirects=False)
            assert answer.status_code == 422
            assert "location" not in answer.headers
            assert "evil" not in answer.text
        assert walker.http.get("/my-data").text == walker.http.get("/mes-donnees?lang=en").text
        for path in ("x", "verifier", "demande", "code", "droit", "lien/x", "lien/" + "A" * 94):
            assert walker.get(path).status_code == 404, path
        for path in (f"/mes-donnees/{uuid4()}", "/mes-donnees/x", "/mes-donnees/x/suivi"):
            assert walker.http.get(path).status_code == 404
        assert walker.http.post(walker.path("nowhere")).status_code == 404
        answer = walker.http.post(walker.path("suivi"), data={"reference": "DR-1\r\nX: y"}, follow_redirects=False)
        assert answer.status_code == 422


def signed(walker: Walker, person: Any, use: Use = Use.RIGHTS) -> str:  # noqa: ANN401 - an id
    with walker.desk.world.register.keeping_books(walker.desk.world.campaign) as books:
        return sign_link(books.keys, person, use, walker.desk.world.clock.at)


def test_a_link_of_a_message_proves_who_asks_and_only_by_its_button(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        (person,) = recorded(walker.desk.world, marie(walker.desk.world))
        link = signed(walker, person)
        assert walker.get(f"lien/{signed(walker, person, Use.UNSUBSCRIBE)}").status_code == 404
        assert walker.get(f"lien/{link}").status_code == 200
        assert count(walker.desk.world, "rights_visit") == 0
        assert moved(walker.post(f"lien/{link}")) == "droit"
        assert walker.post("droit", kind="nothing").status_code == 422
        assert moved(walker.post("droit", kind="portability")) == "pour-qui"
        for page, form in (("pour-qui", {"asker": "self"}), ("personne", {"first_names": "M", "last_name": "D"}),
                           ("contact", {"email": "autre@example.org"}), ("details", {})):  # fmt: skip
            moved(walker.post(page, **form))
        assert moved(walker.post("verifier")) == "demande"
        (line,) = walker.desk.board()
        assert (line.contact, line.identity, line.state) == (person, "link", "in_progress")
        assert "En cours" in walker.get("demande").text


def test_a_link_to_an_address_that_two_persons_share_proves_nothing(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        world = walker.desk.world
        both = ("email", "couple@example.org")
        person, _ = recorded(
            world,
            supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), both),
            supporter(world, ("last_name", "Dupont"), ("first_names", "Jean"), both),
        )
        with world.register.open(world.actor, "contact_management") as processing:
            (written,) = write_ways_out(processing, [person], URL)
        link = written.rights.removeprefix(f"{URL}{walker.path('lien')}/")
        assert moved(walker.post(f"lien/{link}")) == "droit"
        walker.post("droit", kind="access")
        for page, form in (("pour-qui", {"asker": "self"}), ("personne", {"first_names": "M", "last_name": "D"}),
                           ("contact", {"email": "couple@example.org"}), ("details", {})):  # fmt: skip
            walker.post(page, **form)
        assert moved(walker.post("verifier")) == "demande"
        (line,) = walker.desk.board()
        assert (line.contact, line.identity, line.state) == (person, None, "received")


def test_an_address_that_two_persons_share_leads_neither_of_them_to_the_others_answer(
    sqlite_url: str, tmp_path: Path
) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        world, desk = walker.desk.world, walker.desk
        both = ("email", "couple@example.org")
        person, _ = recorded(
            world,
            supporter(world, ("last_name", "Dupont"), ("first_names", "Marie"), both),
            supporter(world, ("last_name", "Dupont"), ("first_names", "Jean"), both),
        )
        code = walker.ask("access", "couple@example.org")
        assert moved(walker.post("code", code=code)) == "demande"
        (line,) = desk.board()
        desk.confirm(line.id, person, "reconnue à la permanence")
        desk.grant(line.id)
        assert not any("/deliveries/" in mail.get_content() for mail in desk.work())
        where = walker.post("demande", do="answer").headers["location"]
        assert walker.http.post(where, data={"do": "code"}).status_code == 200
        assert desk.work() == []


def test_the_answer_is_fetched_and_asked_for_anew_from_the_page_of_the_request(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        world = walker.desk.world
        recorded(world, marie(world))
        assert moved(walker.post("code", code=walker.ask("access"))) == "demande"
        walker.desk.work()
        assert 'value="answer"' not in walker.get("demande").text
        (line,) = walker.desk.board()
        walker.desk.grant(line.id)
        assert any("/deliveries/" in mail.get_content() for mail in walker.desk.work())
        assert 'value="answer"' in walker.get("demande").text
        answer = walker.post("demande", do="answer")
        assert answer.status_code == 303
        where = answer.headers["location"]
        assert where.startswith(f"/deliveries/{world.campaign}/")
        assert walker.http.get(where).status_code == 200
        later(world, days=15)
        assert moved(
            walker.http.post(walker.path("suivi"), data={"reference": line.reference}, follow_redirects=False)
        ) == "code"  # fmt: skip
        assert moved(walker.post("code", code=code_in(walker.desk.work()[-1].get_content()))) == "demande"
        assert "message" in walker.post("demande", do="answer").text  # It was late: it is made anew,
        (mail,) = walker.desk.work()
        assert mail["To"] == "marie@example.org"  # and goes to the address that is known, nowhere else.
        assert walker.post("demande", do="answer").headers["location"].startswith("/deliveries/")


def test_a_campaign_that_holds_anybody_may_be_chosen_and_objected_to_before_it_says_how_it_is_reached(
    sqlite_url: str, tmp_path: Path
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        world = desk.world
        http = TestClient(create_app(world.installation), base_url=URL, raise_server_exceptions=False)
        with raw(world.url, world.campaign) as database:
            database.run("DELETE FROM campaign_controller WHERE campaign_id = ?", world.campaign)
        assert str(world.campaign) not in http.get("/mes-donnees").text
        (person,) = recorded(world, marie(world))
        assert str(world.campaign) in http.get("/mes-donnees").text
        assert http.post(f"/mes-donnees/{world.campaign}/opposition", data={"email": "marie@example.org"}).is_success
        (mail,) = desk.work()
        assert f"{URL}/mes-donnees/{world.campaign}" in mail.get_content()
        asked = desk.receive(Kind.ACCESS, contact=person)
        desk.confirm(asked.id)
        desk.grant(asked.id)
        desk.work()
        assert desk.show(asked.id).line.state == "answered"


def test_every_page_keeps_to_itself_and_speaks_both_languages(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        walker.post(kind="erasure")
        pages = ["", "opposition", "retrait", "suivi", "pour-qui", "personne"]
        paths = [walker.path(page) for page in pages] + ["/mes-donnees", "/accessibilite"]
        for path in paths:
            for language in ("fr", "en"):
                page = walker.http.get(f"{path}?lang={language}")
                assert page.status_code == 200, path
                assert f'<html lang="{language}">' in page.text
                assert not FORBIDDEN.search(page.text), path
                assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
                assert page.headers["cache-control"] == "no-store"
                assert page.headers["referrer-policy"] == "no-referrer"
                assert "None" not in page.text
                inside = re.findall(r'(?:href|action)="([^"]+)"', page.text)
                assert all(where.startswith(("/", "#")) for where in inside), inside
        assert {one.value for one in Kind} <= set(re.findall(r'value="(\w+)"', walker.get().text))
