"""A document is asked for after a recorded doubt and not before, sealed apart, and gone with the decision."""

import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from attachments.errors import ActiveContent, TooLarge, UnknownMediaType, WrongContent
from kernel.errors import NotFound
from retention.rest import sweep_rest
from rights.course import NotNow
from rights.documents import MOST_BYTES
from rights.give import give_document, show_document
from rights.identity import doubt_identity
from rights.steps import ask_details, complete_details, extend_request, withdraw_request
from rights.words import Kind
from tests.attachments.samples import JAVASCRIPT, PDF, PLAIN_PDF, pdf
from tests.factories import count, later, marie, raw, recorded
from tests.rights.asking import URL, Desk, asking
from tests.rights.test_pages import Walker, moved, walking

QUESTION = "un justificatif de domicile"


def doubt(desk: Desk, request: Any, *, document: bool = True) -> None:  # noqa: ANN401 - an id
    why = "nom différent"
    desk.do(doubt_identity, request, why=why, question=QUESTION, public_url=URL, document=document)


def give(desk: Desk, request: Any, content: bytes = PLAIN_PDF, media_type: str = PDF) -> None:  # noqa: ANN401
    desk.do(give_document, request, media_type, content)


def test_a_document_comes_only_after_a_doubt_that_asks_for_it_and_goes_with_the_decision(
    database_url: str, tmp_path: Path
) -> None:
    with asking(database_url, tmp_path) as desk:
        (person,) = recorded(desk.world, marie(desk.world))
        asked = desk.receive(Kind.ACCESS, contact=person)
        with pytest.raises(NotNow):
            give(desk, asked.id)
        doubt(desk, asked.id, document=False)
        with pytest.raises(NotNow):
            give(desk, asked.id)
        desk.do(complete_details, asked.id, "75007")
        doubt(desk, asked.id)
        assert desk.show(asked.id).line.due_on is None
        (letter,) = [mail for mail in desk.work() if "justificatif" in mail["Subject"]]
        assert QUESTION in letter.get_content()
        keys = count(desk.world, "keys.person_key")
        give(desk, asked.id)
        shown = desk.show(asked.id)
        assert (shown.line.state, shown.document and shown.document.size) == ("received", len(PLAIN_PDF))
        assert shown.line.due_on is not None  # The clock goes on, whatever the document is worth.
        opened = desk.do(show_document, asked.id)
        assert opened.content == PLAIN_PDF
        assert "PDF-1.7" not in repr(opened)
        assert count(desk.world, "keys.person_key") == keys + 1
        with raw(database_url, desk.world.campaign) as database:
            (sealed,) = database.run("SELECT sealed FROM rights_document WHERE campaign_id = ?", desk.world.campaign)
        assert b"%PDF" not in bytes(sealed[0])
        with pytest.raises(NotNow):
            give(desk, asked.id)
        desk.confirm(asked.id)
        assert count(desk.world, "rights_document") == 0
        assert count(desk.world, "keys.person_key") == keys
        with pytest.raises(NotFound):
            desk.do(show_document, asked.id)
        assert [one.act for one in desk.show(asked.id).steps][-3:] == ["complete", "confirm", "destroy_document"]


def test_whatever_decides_destroys_it_and_what_does_not_keeps_it(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:

        def given() -> Any:  # noqa: ANN401 - an id
            asked = desk.receive(Kind.ACCESS)
            doubt(desk, asked.id)
            give(desk, asked.id)
            return asked.id

        kept = given()
        desk.do(ask_details, kept, "laquelle ?", URL)
        desk.do(complete_details, kept, "toutes")
        desk.do(extend_request, kept, "complexity", "", URL)
        assert count(desk.world, "rights_document") == 1
        doubt(desk, kept)
        assert count(desk.world, "rights_document") == 0  # Another doubt: the first document was not enough.
        refused, withdrawn = given(), given()
        assert count(desk.world, "rights_document") == 2
        desk.refuse(refused, "identity_not_established")
        desk.do(withdraw_request, withdrawn, URL)
        assert count(desk.world, "rights_document") == 0
        for request in (refused, withdrawn):
            assert desk.show(request).steps[-1].act == "destroy_document"


def test_the_sweep_destroys_what_outlived_its_decision(database_url: str, tmp_path: Path) -> None:
    with asking(database_url, tmp_path) as desk:
        left, ended = desk.receive(Kind.ACCESS), desk.receive(Kind.ACCESS)
        for one in (left, ended):
            doubt(desk, one.id)
            give(desk, one.id)
        eraser, actor = desk.world.installation.eraser, desk.world.actor
        assert "identity_document" not in sweep_rest(eraser, actor, simulated=False)
        with raw(database_url, desk.world.campaign) as database:  # As an old copy brings it back.
            statement = "UPDATE rights_request SET state = 'answered' WHERE campaign_id = ? AND reference = ?"
            database.run(statement, desk.world.campaign, ended.reference)
        assert sweep_rest(eraser, actor, simulated=True)["identity_document"] == 1
        assert sweep_rest(eraser, actor, simulated=False)["identity_document"] == 1
        assert desk.show(left.id).document is not None
        later(desk.world, days=93)
        assert sweep_rest(eraser, actor, simulated=False)["identity_document"] == 1
        assert count(desk.world, "rights_document") == 0


def test_no_file_that_acts_or_lies_or_is_too_large_is_taken(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        asked = desk.receive(Kind.ACCESS)
        doubt(desk, asked.id)
        for refusal, media_type, content in (
            (UnknownMediaType, "text/html", b"<script>alert(1)</script>"),
            (UnknownMediaType, "application/zip", b"PK"),
            (UnknownMediaType, "image/svg+xml", b"<svg onload='alert(1)'/>"),
            (WrongContent, "image/png", PLAIN_PDF),
            (WrongContent, PDF, b""),
            (ActiveContent, PDF, pdf(JAVASCRIPT)),
            (TooLarge, PDF, b"%PDF-1.7\n" + bytes(MOST_BYTES)),
        ):
            with pytest.raises(refusal):
                give(desk, asked.id, content, media_type)
        assert count(desk.world, "rights_document") == 0
        assert desk.show(asked.id).line.state == "awaiting_identity"


def upload(walker: Walker, *, secret: str | None = None, **file: Any) -> httpx2.Response:  # noqa: ANN401 - of a file
    """Send the form of the page with a file, as a browser does."""
    page = walker.get("justificatif")
    found = re.search(r'name="secret" value="([^"]+)"', page.text)
    told = secret if secret is not None else found[1] if found else ""
    name, content, kind = file.get("name", "passeport.pdf"), file.get("content", PLAIN_PDF), file.get("kind", PDF)
    files = {"document": (name, content, kind)}
    return walker.http.post(walker.path("justificatif"), data={"secret": told}, files=files, follow_redirects=False)


def test_the_person_gives_it_on_a_page_that_is_there_only_when_it_is_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        code = walker.ask("access")
        assert moved(walker.post("code", code=code)) == "demande"
        assert walker.get("justificatif").status_code == 404
        assert upload(walker).status_code == 404
        assert "justificatif" not in walker.get("demande").text
        (line,) = walker.desk.board()
        doubt(walker.desk, line.id)
        page = walker.get("demande").text
        assert f"{walker.path('justificatif')}?lang=fr" in page
        assert 'enctype="multipart/form-data"' in walker.get("justificatif").text
        assert upload(walker, secret="").status_code == 404
        assert upload(walker, secret="é" * 30).status_code == 404
        for file in ({"content": b""}, {"kind": "text/html"}, {"content": pdf(JAVASCRIPT)}, {"content": b"GIF89a"}):
            answer = upload(walker, **file)
            assert answer.status_code == 422, file
            assert "À corriger" in answer.text
            assert "passeport" not in answer.text
        path = walker.path("justificatif")
        assert walker.http.post(path, data={"secret": "x"}).status_code == 404
        large = walker.http.post(path, content=bytes(9 << 20) + b"x", headers={"content-type": "multipart/form-data"})
        assert large.status_code == 413
        foreign = {"sec-fetch-site": "cross-site"}
        assert walker.http.post(path, files={"document": ("a", b"a", PDF)}, headers=foreign).status_code == 404
        assert moved(upload(walker, name="../../etc/passwd\r\nX: y")) == "demande"
        told = walker.get("demande").text
        assert "Nous avons reçu votre justificatif" in told
        assert "passwd" not in told
        assert walker.get("justificatif").status_code == 404
        walker.desk.confirm(line.id)
        assert "justificatif" not in walker.get("demande").text
