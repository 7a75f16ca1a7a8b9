"""The pages: two languages, no script, no request elsewhere, a strict policy, and an answer for whatever is wrong."""

import re
from pathlib import Path
from uuid import uuid4

from signups.forms import close_form
from tests.factories import World
from tests.notices.telling import ADMINISTRATION
from tests.signups.visiting import URL, link_in, visiting

FORBIDDEN = re.compile(r"<script|<iframe|<img|<link|@import|url\(|javascript:|dsfr|marianne", re.IGNORECASE)
SRC = re.compile(r"(?:src|href|action)=\"([^\"]+)\"")


def test_every_page_keeps_to_itself_and_speaks_both_languages(sqlite_url: str, tmp_path: Path) -> None:
    with visiting(sqlite_url, tmp_path) as visitor:
        mail = visitor.confirmed()
        unsubscribe = mail["List-Unsubscribe"].strip("<>").removeprefix(URL)
        link = visitor.sign_up("other@example.org")
        assert f'href="/mes-donnees/{visitor.world.campaign}?lang=fr"' in visitor.http.get(visitor.page("notices")).text
        pages = [
            *(visitor.page(name) for name in ("notices", "inscription", "preferences")),
            visitor.page("notices", "1"), link, unsubscribe, link.replace("/confirmation/", "/rester/"),
            link_in(mail, "mes-donnees/"),
        ]  # fmt: skip
        for path in pages:
            for language, begins in (("fr", '<html lang="fr">'), ("en", '<html lang="en">')):
                page = visitor.http.get(path, headers={"Accept-Language": language})
                assert page.status_code == 200, path
                assert begins in page.text
                assert visitor.http.get(f"{path}?lang={language}").text == page.text
                assert not FORBIDDEN.search(page.text), path
                assert not page.cookies
                policy = page.headers["content-security-policy"]
                assert policy.startswith("default-src 'none'; style-src 'sha256-")
                assert "form-action 'self'; frame-ancestors 'none'; base-uri 'none'" in policy
                assert page.headers["referrer-policy"] == "no-referrer"
                assert page.headers["cache-control"] == "no-store"
                outside = [where for where in SRC.findall(page.text) if not where.startswith(("/", "#", URL))]
                assert outside == []
                assert all(f'for="{name}"' in page.text for name in re.findall(r'<input[^>]* id="([^"]+)"', page.text))
        check_the_text_and_the_embedded_form(visitor.http, visitor.world)
        check_what_is_not_there(visitor.http, visitor.world, link)


def check_the_text_and_the_embedded_form(http, world: World) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    page, text = http.get(f"/notices/{world.campaign}/1"), http.get(f"/notices/{world.campaign}/1/text")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    import hashlib  # noqa: PLC0415

    assert hashlib.sha256(text.content).hexdigest() in page.text
    form = http.get(f"/inscription/{world.campaign}/embed?lang=en")
    assert form.headers["content-type"].startswith("text/plain")
    assert f'action="{URL}/inscription/{world.campaign}?lang=en"' in form.text
    assert "<style" not in form.text
    assert "checked" not in form.text


def check_what_is_not_there(http, world: World, link: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    nobody = uuid4()
    for path in (
        f"/inscription/{nobody}", "/inscription/none", f"/inscription/{nobody}/embed", f"/notices/{nobody}",
        f"/notices/{world.campaign}/2", f"/notices/{world.campaign}/01", f"/notices/{world.campaign}/x/text",
        f"/preferences/{nobody}", f"/preferences/{world.campaign}/x", f"/unsubscribe/{world.campaign}/x",
        f"/confirmation/{world.campaign}/x", f"/rester/{world.campaign}/x",
        link.replace(str(world.campaign), str(nobody)),
    ):  # fmt: skip
        answer = http.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"].startswith("text/html"), path
    for path in ("preferences", "unsubscribe", "confirmation", "rester"):
        assert http.post(f"/{path}/{world.campaign}/x").status_code == 404
    assert http.post(f"/preferences/{world.campaign}", data={"email": "x"}).status_code == 422
    assert (
        http.post(f"/preferences/{world.campaign}", content=b"\xff", headers={"content-type": "text/plain"}).status_code
        == 422
    )
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        close_form(processing)
    assert http.get(f"/inscription/{world.campaign}").status_code == 404
    answer = http.post(f"/inscription/{world.campaign}", data={"email": "z@example.org", "channels": "email"})
    assert answer.status_code == 404
