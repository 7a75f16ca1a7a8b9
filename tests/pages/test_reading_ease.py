"""The French texts of the pages and mails of rights are easy to read: Flesch, with the weights of Kandel and Moles."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+", re.IGNORECASE)
EASY = 60
"""From 60 on a text is plain; 100 is very easy."""


def ease(text: str) -> float:
    """Measure a text: words by sentence, syllables by word; a final mute e is none."""
    plain = re.sub(r"https?://\S+|\{\w+\}|\S+@\S+", "nom", text)
    sentences = max(len(re.findall(r"[.!?:]+(?:\s|$)", plain)), 1)
    words = re.findall(r"[^\W\d_]+", plain)
    syllables = sum(max(len(VOWELS.findall(re.sub(r"(?<=\w)e(?:s|nt)?$", "", word.lower()))), 1) for word in words)
    return 207 - 1.015 * len(words) / sentences - 73.6 * syllables / len(words)


def texts() -> dict[str, str]:
    """Return the French texts: each page's together, each letter's."""
    pages = tomllib.loads((ROOT / "api" / "pages" / "words_rights.toml").read_text(encoding="utf-8"))
    letters = tomllib.loads((ROOT / "rights" / "letters.toml").read_text(encoding="utf-8"))
    joined = {name: ". ".join(one["fr"].rstrip(".") for one in told.values()) + "." for name, told in pages.items()}
    return joined | {f"letter {name}": told["text_fr"] for name, told in letters.items()}


@pytest.mark.parametrize("name", sorted(texts()))
def test_a_french_text_is_plain(name: str) -> None:
    assert ease(texts()[name]) >= EASY


def test_the_measure_tells_plain_words_from_officialese() -> None:
    assert ease("Nous avons reçu votre demande. Nous répondons en un mois.") > 75
    heavy = "Conformément aux dispositions réglementaires susmentionnées, l'administration procédera ultérieurement à "
    assert ease(heavy + "l'instruction individualisée de votre réclamation précontentieuse.") < 30
