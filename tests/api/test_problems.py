"""Problems: one table, one combined form, one page each."""

from html import escape
from html.parser import HTMLParser

import pytest

from api import errors
from api.pages.language import preferred
from api.problem_types import PROBLEM_TYPES
from api.problems import problem_type_of
from audit.register import PurposeNotDeclared
from contacts.amend import Restricted, StaleRevision
from contacts.find import TooMany
from kernel import errors as families
from policy.findings import Finding, Refusal
from tests.api.engines import ON_SQLITE
from tests.api.serving import Server
from tests.project.places import ROOT


def finding(rule: str, *, category: str | None = None, missing: str | None = None) -> Finding:
    return Finding(
        rule=rule,
        articles=("RGPD, art. 9(1)",),
        kind="law",
        decision="refuse",
        field="note",
        category=category,
        missing=missing,
        advice_fr="fr",
        advice_en="en",
    )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (families.Refused("x"), 422),
        (families.NotFound("x"), 404),
        (families.Conflict("x"), 409),
        (families.Unauthenticated("x"), 401),
        (families.Forbidden("x"), 403),
        (families.Invalid("x"), 422),
        (PurposeNotDeclared("x"), 400),
        (Restricted("x"), 409),
        (StaleRevision("x"), 412),
        (TooMany("x"), 422),
        (errors.RevisionRequired("x"), 428),
        (errors.BodyTooLarge("x"), 413),
        (errors.WrongMediaType("x"), 415),
        (errors.NotReady("x"), 503),
        (families.Unavailable("x"), 503),
        (families.Unopenable(), 500),
        (families.SilentWrite("x"), 500),
        (families.Misconfigured("x"), 500),
        (RuntimeError("x"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_family_has_its_status(error: Exception, status: int) -> None:
    assert problem_type_of(error).status == status


@pytest.mark.parametrize(
    ("findings", "name"),
    [
        ([finding("forbidden.religion", category="religion"), finding("retention.roll")], "forbidden-attribute"),
        ([finding("door.explicit_consent", missing="consent.phone")], "consent-missing"),
        ([finding("retention.roll")], "retention-expired"),
        ([finding("origin.unknown", missing="origin")], "refused"),
    ],
    ids=["forbidden", "consent", "retention", "other"],
)
def test_a_refusal_is_of_the_gravest_type_among_its_findings(findings: list[Finding], name: str) -> None:
    assert problem_type_of(Refusal(findings)).name == name


def test_a_name_is_written_once_and_as_a_word_of_an_address() -> None:
    assert all(name == told.name and name.replace("-", "").isalpha() for name, told in PROBLEM_TYPES.items())


class Loads(HTMLParser):
    """Collect what a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.languages: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "style", "iframe"} or {"src", "href", "style"} & {
            name for name, _ in attrs
        }:
            self.loads.append(tag)
        self.languages += [value for name, value in attrs if name == "lang"]


@ON_SQLITE
@pytest.mark.parametrize("name", sorted(PROBLEM_TYPES))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_type_has_a_page_in_both_languages_that_loads_nothing(server: Server, name: str, language: str) -> None:
    page = server.http.get(f"/problems/{name}", headers={"Accept-Language": language})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (page.headers["content-language"], page.headers["vary"]) == ("fr, en", "Accept-Language")
    read = Loads()
    read.feed(page.text)
    other = "fr" if language == "en" else "en"
    assert (read.loads, read.languages) == ([], [language, other])
    told = PROBLEM_TYPES[name]
    for text in (told.title_fr, told.title_en, told.help_fr, told.help_en, name):
        assert escape(text) in page.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("de", "fr"),
        ("en", "en"),
        ("en-GB, fr;q=0.5", "en"),
        ("fr-FR;q=0.9, en;q=0.8", "fr"),
        ("fr;q=0.1, en;q=0.2", "en"),
        ("fr;q=x, en;q=0.1", "en"),
        ("*", "fr"),
    ],
)
def test_a_page_begins_in_the_language_that_is_asked_for(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_a_problem_has_the_form_that_all_dialects_read(server: Server) -> None:
    body = {**server.proposed(last_name="Dupont"), "category": "unheard_of"}
    problem = server.ask("POST", "/v1/contacts", body).json()
    assert problem["type"] == f"{server.url}/problems/{problem['code']}"
    assert server.http.get(problem["type"]).status_code == 200
    assert problem["message"] == problem["detail"]
    assert problem["errors"][0].keys() == {"code", "text", "properties"}
    assert (problem["errors"][0]["code"], problem["status"]) == (problem["findings"][0]["rule"], 422)


def test_there_is_no_page_for_no_type(server: Server) -> None:
    assert server.http.get("/problems/nothing").status_code == 404


def test_the_documentation_names_every_type_under_its_status() -> None:
    table = {
        status: line
        for line in (ROOT / "docs" / "api.md").read_text(encoding="utf-8").splitlines()
        for status in (
            line.split("|")[1].replace(",", " ").split() if line.startswith("| 4") or line[:3] == "| 5" else ()
        )
    }
    assert [name for name, told in PROBLEM_TYPES.items() if f"`{name}`" not in table[str(told.status)]] == []
