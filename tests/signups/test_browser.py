"""The public pages in a real browser, without scripts and on a narrow screen, by whoever has nothing but links."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Route, ViewportSize

from tests.factories import dump
from tests.pages.chromium import check, chromium
from tests.signups.visiting import URL, Visiting, visiting

NARROW = ViewportSize(width=320, height=640)


@contextmanager
def browsing(visitor: Visiting) -> Iterator[tuple[Page, Callable[[], None]]]:
    """Open a browser without scripts whose requests to the campaign's site come to the pages in this process.

    With it comes what looks at where it stands with the checker, which is a script and needs a page of its own.
    """

    def answer(route: Route) -> None:
        asked = route.request
        path = asked.url.removeprefix(URL)
        told = visitor.http.request(asked.method, path, content=asked.post_data_buffer or b"", headers=asked.headers)
        route.fulfill(status=told.status_code, headers=dict(told.headers), body=told.content)

    def opened(*, scripts: bool) -> Page:
        context = browser.new_context(java_script_enabled=scripts, bypass_csp=scripts, viewport=NARROW, locale="fr-FR")
        context.route(lambda url: not url.startswith(URL), lambda route: route.abort())
        context.route(f"{URL}/**", answer)
        return context.new_page()

    with chromium() as browser:
        page, looking = opened(scripts=False), opened(scripts=True)

        def look() -> None:
            looking.goto(page.url)
            check(looking)

        yield page, look


def test_a_visitor_signs_up_confirms_and_stops_by_buttons_and_never_by_opening_a_page(
    sqlite_url: str, tmp_path: Path
) -> None:
    with visiting(sqlite_url, tmp_path) as visitor, browsing(visitor) as (page, look):
        page.goto(URL + visitor.page("inscription"))
        look()
        assert page.locator("input[type=checkbox]:checked").count() == 0, "nothing is ticked beforehand"
        page.locator("input[name=email]").fill("zoe@example.org")
        page.locator("input[name=channels][value=email]").check()
        page.locator("form button").first.click()
        (mail,) = visitor.mails()
        link = URL + mail.get_content().partition(URL)[2].split()[0]
        before = dump(visitor.world)
        page.goto(link)
        page.reload()
        look()
        assert dump(visitor.world) == before, "whatever opens the link confirms nothing"
        page.locator("form button").click()
        (welcome,) = visitor.mails()
        for way_out in (welcome["List-Unsubscribe"].strip("<>"), URL + visitor.page("preferences")):
            said = dump(visitor.world)["consent_evidence"]
            page.goto(way_out)
            look()
            assert dump(visitor.world)["consent_evidence"] == said, "whatever opens the link stops nothing"
        page.locator("input[name=email]").fill("zoe@example.org")
        page.locator("form button").first.click()
        (own,) = visitor.mails()
        preferences = URL + own.get_content().partition(URL)[2].split()[0]
        page.goto(preferences)
        look()
        assert page.locator("input[name=keep]:checked").count() == 1
        page.locator("input[name=keep]").uncheck()
        page.locator("form button[value=keep]").click()
        page.goto(preferences)
        assert page.locator("input[name=keep]:checked").count() == 0
