"""The page of a type of problem: plain HTML in French and English, with nothing to load from anywhere."""

from html import escape

from api.problem_types import ProblemType


def problem_page(told: ProblemType) -> str:
    """Write the page."""
    return (
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(told.title_fr)} - Isoloir</title>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(told.title_fr)}</h1>\n<p>{escape(told.help_fr)}</p>\n"
        f'<section lang="en">\n<h2>{escape(told.title_en)}</h2>\n<p>{escape(told.help_en)}</p>\n</section>\n'
        f"<p><code>{told.name}</code>, HTTP {told.status}</p>\n</main>\n</body>\n</html>\n"
    )
