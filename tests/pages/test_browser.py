"""The pages of rights in a real browser: axe-core finds nothing, nothing overflows, and a keyboard is enough.

One browser, one walk through every page; the same walk looks at a narrow screen, a dark one and forced colours.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, FilePayload, Page

from api.app import create_app
from kernel.identity import PersonId
from tests.attachments.samples import PDF, PLAIN_PDF
from tests.factories import marie, recorded
from tests.notices.telling import published
from tests.pages.chromium import check as check_page
from tests.pages.chromium import chromium
from tests.rights.asking import Desk, asking
from tests.rights.test_documents import doubt
from tests.rights.test_pages import code_in


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Serve the pages on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    app = create_app(desk.world.installation)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", lifespan="off"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        running.join(30)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def check(page: Page, asked: list[str]) -> None:
    """Find no fault of accessibility, nothing that overflows, and no request to anywhere else."""
    check_page(page)
    assert {url.partition("//")[2].partition("/")[0] for url in asked} == {
        page.url.partition("//")[2].partition("/")[0]
    }


def test_every_page_of_a_request_is_free_of_faults_and_done_by_keyboard_alone(
    sqlite_url: str, tmp_path: Path, browser: Browser
) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        published(desk.world)
        (person,) = recorded(desk.world, marie(desk.world))
        with served(desk) as url:
            # The checker is a script of the test's own: the pages' policy would keep it out.
            page = browser.new_context(
                bypass_csp=True, locale="fr-FR", viewport={"width": 320, "height": 640}
            ).new_page()
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.goto(f"{url}/mes-donnees")
            check(page, asked)
            page.get_by_role("link", name="Parti d'essai").press("Enter")
            check(page, asked)
            for name, answers in (
                ("kind-access", {}),
                ("asker-self", {}),
                ("", {"first_names": "Marie", "last_name": "Dupont"}),
                ("", {"email": "marie@example.org"}),
                ("", {"details": "tout"}),
            ):
                if name:
                    page.focus(f"#{name}")
                    page.keyboard.press("Space")
                for field, text in answers.items():
                    page.focus(f"#{field}")
                    page.keyboard.type(text)
                page.get_by_role("button").first.press("Enter")
                page.wait_for_load_state()
                check(page, asked)
            page.get_by_role("button").press("Enter")
            page.wait_for_url("**/code**")
            check(page, asked)
            page.fill("#code", "0")
            page.get_by_role("button").press("Enter")
            page.wait_for_selector("#faults")
            check(page, asked)
            page.fill("#code", code_in(desk.work()[-1].get_content()))
            page.get_by_role("button").press("Enter")
            page.wait_for_url("**/demande**")
            check(page, asked)
            base = f"{url}/mes-donnees/{desk.world.campaign}"
            to_the_answer(desk, page, person, asked)
            for where in (f"{base}/opposition", f"{base}/suivi?lang=en", f"{url}/accessibilite"):
                page.goto(where)
                check(page, asked)
            looks(browser, base)


def to_the_answer(desk: Desk, page: Page, person: PersonId, asked: list[str]) -> None:
    """Give the document that is asked for, and come to where the answer waits."""
    (line,) = desk.board()
    doubt(desk, line.id)
    page.reload()
    check(page, asked)
    page.locator(".go").press("Enter")
    page.wait_for_url("**/justificatif**")
    check(page, asked)
    page.set_input_files("#document", files=FilePayload(name="x.pdf", mimeType=PDF, buffer=PLAIN_PDF))
    page.get_by_role("button", name="Envoyer").press("Enter")
    page.wait_for_url("**/demande**")
    check(page, asked)
    desk.confirm(line.id, person)
    desk.grant(line.id)
    desk.work()
    page.reload()
    page.get_by_role("button", name="Recevoir ma réponse").press("Enter")
    page.wait_for_url("**/deliveries/**")
    check(page, asked)


def looks(browser: Browser, address: str) -> None:
    """Look at the same page in the dark, in forced colours with the focus on a button, and with text twice as large."""
    views: list[dict[str, Any]] = [{"color_scheme": "dark"}, {"forced_colors": "active"}, {"reduced_motion": "reduce"}]
    for view in views:
        page = browser.new_context(bypass_csp=True, viewport={"width": 640, "height": 900}, **view).new_page()
        page.goto(address)
        page.add_style_tag(content="html{font-size:200%}")
        check(page, [page.url])
        page.keyboard.press("Tab")
        page.get_by_role("button").focus()
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
