"""Every public page, as the server sends it, is free of faults for the Nu HTML checker: one walk, one run of it."""

import re
import shutil
import subprocess
from pathlib import Path

import httpx2

from api.problem_types import PROBLEM_TYPES
from tests.accounts.staff.people import PASSWORD, enrolled
from tests.factories import marie, recorded
from tests.rights.asking import Desk
from tests.rights.test_documents import doubt, upload
from tests.rights.test_pages import Walker
from tests.sheets.doors import a_street, made
from tests.signups.visiting import Visiting, link_in, visiting

VNU = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
HTML = "text/html"


def keep(walker: Walker, folder: Path) -> None:
    """Keep each page that comes, as it comes."""

    def write(answer: httpx2.Response) -> None:
        answer.read()
        if answer.headers.get("content-type", "").startswith(HTML) and answer.text:
            name = re.sub(r"[^a-z]+", "-", str(answer.url.path))[:60]
            number = len(list(folder.iterdir()))
            (folder / f"{number:03}{name}.html").write_text(answer.text, encoding="utf-8")

    walker.http.event_hooks["response"].append(write)


def faulty(files: list[Path]) -> dict[str, str]:
    """Return the files that the checker finds fault with, each with what it says of it last."""
    java = shutil.which("java")
    assert java, "run scripts/install_browser"
    told = ["-jar", str(VNU), "--stdout", "--Werror", "--also-check-css", "--format", "gnu"]
    done = subprocess.run([java, *told, *map(str, files)], capture_output=True, text=True, check=False, timeout=300)
    found = re.findall(r'^"file:([^"]+)":(.*)$', done.stdout, re.MULTILINE)
    assert bool(found) == bool(done.returncode), done.stdout + done.stderr
    return {Path(name).name: words for name, words in found}


def look_at_doors(walker: Walker, visited: Visiting) -> None:
    """Sign in as the team does on a telephone, and see every page of a sheet."""
    world, root = visited.world, visited.page("porte")
    a_street(world)
    member = enrolled(world)
    place = f"{root}/feuille/{made(world).sheets[0].id}"
    walker.http.get(place)
    told = {"login": member.email, "password": PASSWORD}
    for code in ("0", member.code(world.clock.at)):
        walker.http.post(f"{root}/entrer", data=told | {"code": code})
    when = {"day": f"{world.clock.at:%Y-%m-%d}", "hour": "00:00"}
    for path in (root, place, f"{place}?lang=en", f"{place}/personne"):
        walker.http.get(path)
    walker.http.post(place, data={"o1": "r", "n1": "sonner fort", "o2": "a", "h2": f"{world.clock.at:%H:%M}"} | when)
    walker.http.post(place, data={"o1": "r"})
    walker.http.post(f"{place}/personne", data={"email": "x"} | when)


def test_the_html_of_every_public_page_is_without_a_fault(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    with visiting(sqlite_url, tmp_path) as visited:
        walker = Walker(Desk(visited.world, visited.box), visited.http)
        (person,) = recorded(walker.desk.world, marie(walker.desk.world))
        keep(walker, folder)
        campaign = walker.desk.world.campaign
        for page in ("", "opposition", "retrait", "suivi?lang=en", "nowhere"):
            walker.get(page)
        for path in ("/mes-donnees", "/my-data", "/accessibilite", "/accessibilite?lang=en"):
            walker.http.get(path)
        walker.http.post("/mes-donnees", data={"message": "x"})
        for page in ("inscription", "preferences", "notices"):
            walker.http.get(f"/{page}/{campaign}")
        walker.http.post(f"/preferences/{campaign}", data={"email": "x"})
        visited.http.get(visited.sign_up())
        walker.http.get(link_in(visited.confirmed("lea@example.org"), "unsubscribe"))
        for name in list(PROBLEM_TYPES)[:3]:
            walker.http.get(f"/problems/{name}")
        walker.post("opposition", email="x", phone="1")
        walker.post("opposition", email="x@example.org")
        walker.desk.work()
        walker.post("suivi", reference="x")
        walker.post(kind="")
        code = walker.ask("access")
        for page in ("pour-qui", "personne", "contact", "details"):
            walker.get(page)
        walker.post("code", code="0")
        walker.post("code", code=code)
        (line,) = walker.desk.board()
        doubt(walker.desk, line.id)
        walker.get("demande")
        upload(walker, content=b"")
        upload(walker)
        look_at_doors(walker, visited)
        walker.desk.confirm(line.id, person)
        walker.desk.grant(line.id)
        walker.desk.work()
        where = walker.post("demande", do="answer").headers["location"]
        walker.http.get(where)
        walker.http.post(where, data={"do": "code"})
        walker.http.post(where, data={"do": "fetch", "code": "0"})
    pages = sorted(folder.iterdir())
    assert len(pages) > 40
    broken = folder / "broken.html"
    broken.write_text(pages[0].read_text(encoding="utf-8").replace("<h1>", '<h1 id="content">'), encoding="utf-8")
    found = faulty([*pages, broken])
    assert list(found) == [broken.name], found
    assert "content" in found[broken.name]
