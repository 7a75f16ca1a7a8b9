"""Write a page: its template, its words in the reader's language, and the headers that keep it to itself."""

import base64
import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.language import Language, preferred

_FOLDER = Path(__file__).parent
OTHER: Mapping[Language, Language] = {"fr": "en", "en": "fr"}


@cache
def _style() -> str:
    return (_FOLDER / "style.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Return the content security policy of our pages: their own style, forms to this site, nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    files = ("words.toml", "words_rights.toml", "words_door.toml")
    return {page: told for name in files for page, told in tomllib.loads((_FOLDER / name).read_text("utf-8")).items()}


def language_of(request: Request) -> Language:
    """Return the language that the address asks for, else the browser's, else French."""
    asked = request.query_params.get("lang")
    if asked in OTHER:
        return "en" if asked == "en" else "fr"
    return preferred(request.headers.get("accept-language", ""))


def words(page: str, language: Language, **told: str) -> dict[str, str]:
    """Return the words of a page, and those of every page, with their places filled."""
    tables = _words()
    both = {name: one[language] for table in ("every", page) for name, one in tables[table].items()}
    return {name: text.format_map(told) if "{" in text else text for name, text in both.items()}


def answer_page(
    request: Request,
    template: str,
    said: Mapping[str, str],
    status: int = 200,
    **values: Any,  # noqa: ANN401
) -> HTMLResponse:
    """Answer with a page; ``said`` are its words."""
    language = language_of(request)
    switch = f"{request.url.path}?lang={OTHER[language]}"
    text = (
        _environment()
        .get_template(template)
        .render(
            lang=language,
            other=OTHER[language],
            switch=switch,
            style=Markup(_style()),  # noqa: S704 - our own file, and inside a style a sign is no mark-up
            say=said,
            **values,
        )
    )
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Content-Security-Policy": policy()}
    return HTMLResponse(text, status, headers)


def fragment(template: str, **values: Any) -> str:  # noqa: ANN401 - what the template shows
    """Write a part of a page, for another site."""
    return _environment().get_template(template).render(**values)
