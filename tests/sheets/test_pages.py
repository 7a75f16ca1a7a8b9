"""The pages for a telephone, walked through in this process: signing in, keying in, a newcomer, signing out."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from tests.accounts.staff.people import PASSWORD, Member, enrolled
from tests.factories import later, raw
from tests.sheets.doors import a_street, friend, made
from tests.signups.visiting import Visiting, link_in, visiting

SECOND = 30


def entered(visited: Visiting, member: Member, **changed: str) -> httpx2.Response:
    later(visited.world, seconds=SECOND)
    told = {"login": member.email, "password": PASSWORD, "code": member.code(visited.world.clock.at)} | changed
    return visited.http.post(visited.page("porte", "entrer"), data=told, follow_redirects=False)


def test_a_canvasser_signs_in_keys_in_a_sheet_asks_a_newcomer_and_signs_out(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path) as visited:
        world, http, root = visited.world, visited.http, visited.page("porte")
        a_street(world, ("1", "2", "3"))
        friend(world, "4")
        member = enrolled(world)
        (sheet,) = made(world).sheets
        place = f"{root}/feuille/{sheet.id}"
        led = http.get(place, follow_redirects=False)
        assert (led.status_code, urlsplit(led.headers["location"]).path) == (303, f"{root}/entrer")
        wrong = entered(visited, member, password="n'importe quoi")
        assert (wrong.status_code, PASSWORD in wrong.text, "set-cookie" in wrong.headers) == (422, False, False)
        cookie = entered(visited, member).headers["set-cookie"]
        assert cookie.startswith("__Host-staff=isoloir_session_")
        assert all(one in cookie for one in ("HttpOnly", "Path=/", "SameSite=strict", "Secure"))
        assert "Max-Age" not in cookie
        assert sheet.mark in http.get(root).text
        page = http.get(place).text
        assert (page.count("<fieldset class="), "Électeur" in page, "rue de la Paix" in page) == (4, False, False)
        when = {"day": "2026-11-21", "hour": f"{world.clock.at.hour + 1:02}:{world.clock.at.minute:02}"}
        touched = {"o1": "a", "o2": "x", "o4": "r", "n4": "elle est musulmane", "from": "1", "o3": "0"}
        strange = http.post(place, data=touched | when, headers={"Sec-Fetch-Site": "cross-site"})
        assert strange.status_code == 404
        done = http.post(place, data=touched | when)
        assert done.status_code == 200
        assert all(
            one in done.text for one in ("Lignes notées : 3", "Refus pris en compte", "Ne notez pas la religion")
        )
        assert "musulmane" not in done.text
        again = http.post(place, data={"o4": "r", "n4": "préfère le soir", "from": "1"} | when)
        assert all(one in again.text for one in ("Déjà notées : 1", "Notes gardées : 1"))
        assert http.post(place, data={"from": "1"} | when).status_code == 422
        late = http.post(place, data={"o1": "a", "n1": "sonner fort", "day": "hier", "hour": "x"})
        assert (late.status_code, "sonner fort" in late.text) == (422, True)
        loose = http.post(place, data={"o1": "a", "n2": "code au 12"} | when).text
        assert ("code au 12" in loose, "sans elle, la note" in loose) == (True, True)
        assert http.post(place, data={"o9": "a"} | when).text.count("plus sur la feuille") == 1
        check_newcomer(visited, place, when, member)
        assert http.post(f"{root}/sortir", follow_redirects=False).status_code == 303
        assert http.get(place, follow_redirects=False).status_code == 303


def check_newcomer(visited: Visiting, place: str, when: dict[str, str], member: Member) -> None:
    """Ask somebody to confirm: nobody before, then a contact with the true time and who knocked in the evidence."""
    form = f"{place}/personne"
    assert f"/door/{member.id}" in visited.http.get(form).text
    faulty = visited.http.post(form, data={"email": "zoe", "channels": "email"} | when)
    assert (faulty.status_code, "nom@exemple.fr" in faulty.text) == (422, True)
    told = {"email": "zoe@example.org", "first_names": "Zoé", "last_name": "Zola", "channels": "email"} | when
    early = visited.http.post(form, data=told | {"day": "2020-01-01"})
    assert (early.status_code, "depuis que la feuille existe" in early.text) == (422, True)
    assert "partie" in visited.http.post(form, data=told).text
    (mail,) = visited.mails()
    assert mail["to"] == "zoe@example.org"
    with raw(visited.world.url) as database:
        before = database.run("SELECT count(*) FROM consent_evidence")
        assert visited.http.post(link_in(mail)).status_code == 200
        after = database.run("SELECT count(*) FROM consent_evidence")
    assert after[0][0] == before[0][0] + 2


def test_whose_role_is_not_to_key_in_is_told_so_and_keeps_no_session(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path) as visited:
        member = enrolled(visited.world, "auditor")
        assert entered(visited, member, password=f"{PASSWORD} ").status_code == 422
        told = entered(visited, member)
        assert (told.status_code, "set-cookie" in told.headers, "Votre rôle" in told.text) == (403, False, True)
        with raw(visited.world.url) as database:
            assert database.run("SELECT count(*) FROM staff_session") == [(0,)]
