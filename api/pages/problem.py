"""The page of a type of problem: plain HTML in French and English, with nothing to load from anywhere.

Both languages stand on it; the one that the reader asks for comes first, and French where none is asked for.
"""

from html import escape

from api.pages.language import LANGUAGES
from api.problem_types import ProblemType

_WORDS = {
    "fr": ("Que faire", "Nom", "Statut HTTP", "Toutes les réponses d'erreur renvoient à une page comme celle-ci."),
    "en": ("What to do", "Name", "HTTP status", "Every answer that tells of an error links to a page like this one."),
}


def problem_page(told: ProblemType, language: str) -> str:
    """Write the page, ``language`` first."""
    first, second = sorted(LANGUAGES, key=lambda one: one != language)
    title = escape(getattr(told, f"title_{first}"))
    return (
        f'<!doctype html>\n<html lang="{first}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="robots" content="noindex">\n'
        f"<title>{title} - Isoloir</title>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{_section(told, first)}<hr>\n"
        f'<section lang="{second}">\n<h2>{escape(getattr(told, f"title_{second}"))}</h2>\n{_section(told, second)}'
        "</section>\n</main>\n</body>\n</html>\n"
    )


def _section(told: ProblemType, language: str) -> str:
    what, name, status, about = _WORDS[language]
    text = escape(getattr(told, f"help_{language}"))
    return (
        f"<p><strong>{what}</strong></p>\n<p>{text}</p>\n<dl>\n<dt>{name}</dt>\n<dd><code>{told.name}</code></dd>\n"
        f"<dt>{status}</dt>\n<dd>{told.status}</dd>\n</dl>\n<p>{about}</p>\n"
    )
