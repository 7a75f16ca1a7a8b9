"""Published notices, for everybody: a page, and the text alone, to the byte of which the digest speaks."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from api.describe import Part, refuses
from api.pages.visit import ABSENT, LANGUAGE, PAGE, Visit, visited
from kernel.errors import NotFound
from notices.draft import whole
from notices.publish import NoticeVersion, read_published

router = APIRouter(tags=["pages"])
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_TEXT: dict[int | str, Part] = {200: {"description": "The text in both languages", "content": {"text/plain": {}}}}


@router.get(
    "/notices/{campaign}",
    summary="Read the newest notice",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_newest_notice(request: Request, campaign: str) -> Response:
    """Show the notice in force: what is done with persons' data, in French or English."""
    return visited(request, campaign, lambda visit: _page(visit, _read(visit, None)))


@router.get(
    "/notices/{campaign}/{version}",
    summary="Read a version of the notice",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_notice(request: Request, campaign: str, version: str) -> Response:
    """Show a version of the notice, as it was published and for ever is."""
    return visited(request, campaign, lambda visit: _page(visit, _read(visit, version)))


@router.get(
    "/notices/{campaign}/{version}/text",
    summary="Read the text of a notice",
    responses=_TEXT | ABSENT | refuses(known=False),
)
def show_notice_text(request: Request, campaign: str, version: str) -> Response:
    """Give the whole text of a version: its SHA-256 is the one that consents and declarations name."""
    return visited(request, campaign, lambda visit: PlainTextResponse(whole(_read(visit, version).text)))


def _read(visit: Visit, version: str | None) -> NoticeVersion:
    if version is not None and not _NUMBER.fullmatch(version):
        message = "versions have numbers"
        raise NotFound(message)
    with visit.installation.database.directory() as reading:
        reading.enter(visit.campaign)
        return read_published(reading, visit.campaign, None if version is None else int(version))


def _page(visit: Visit, notice: NoticeVersion) -> Response:
    text = notice.text.fr if visit.language == "fr" else notice.text.en
    head, *parts = text.split("\n\n")
    title, _, subtitle = head.partition("\n")
    return visit.answer(
        "notice.html",
        "notice",
        title=title,
        subtitle=subtitle,
        sections=[_section(part) for part in parts],
        sha256=notice.sha256,
        text_address=f"/notices/{visit.campaign}/{notice.number}/text",
    )


def _section(part: str) -> dict[str, Any]:
    title, *lines, articles = part.split("\n")
    return {"title": title, "parts": list(_parts(lines)), "articles": articles.strip("()")}


def _parts(lines: list[str]) -> Iterator[dict[str, Any]]:
    items = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    text = [line for line in lines if not line.startswith("- ")]
    yield from ({"text": line, "listed": []} for line in text)
    if items:
        yield {"text": "", "listed": items}
