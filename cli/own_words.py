"""The campaign's own words at the command line: forbid one, remove one; their texts are the reviewer's."""

from argparse import Namespace
from dataclasses import asdict
from datetime import timedelta

from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from reviews.own_words import NewWord, Why, add_own_word, list_own_words, remove_own_word

ADMINISTRATION = "administration"


def list_all(given: Namespace) -> Answer:
    """List the words without their texts."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = list_own_words(processing)
    rows = [(str(one.id), one.effect, one.sort, one.category or "", f"{one.until:%Y-%m-%d}") for one in found]
    none = [say("Aucun mot propre à la campagne.", "The campaign has no words of its own.")]
    return Answer({"words": [asdict(one) for one in found]}, table(rows) if rows else none)


def forbid(given: Namespace) -> Answer:
    """Forbid a word for this campaign; letting one pass is the privacy reviewer's."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        new = NewWord(
            effect="forbid",
            sort="word",
            text=given.text,
            category=given.category,
            reason=Why(given.reason),
            until=processing.at + timedelta(days=given.days),
        )
        word = add_own_word(processing, new)
    return Answer(
        {"word": str(word)}, [say(f"Interdit désormais : mot {word}.", f"Forbidden from now on: word {word}.")]
    )


def forget(given: Namespace) -> Answer:
    """Remove a word."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        remove_own_word(processing, given.id)
    return Answer({"word": str(given.id)}, [say("Retiré.", "Removed.")])
