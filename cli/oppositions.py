"""Oppositions at the command line: a suppression file of another tool comes in; none ever goes out."""

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say
from files.suppressions import bring_suppressions


def bring_in(given: Namespace) -> Answer:
    """Keep that everybody in a file objected; nobody becomes a contact by it."""
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        kept = bring_suppressions(
            installation.register, actor, given.purpose, Path(given.file), to=given.to, channel=given.channel
        )
    lines = [
        say(
            f"{kept.rows} personnes ne seront plus contactées, {kept.entries} empreintes gardées.",
            f"{kept.rows} persons will not be contacted any more, {kept.entries} fingerprints kept.",
        )
    ]
    if kept.nobody:
        rows = ", ".join(map(str, kept.first_of_nobody))
        lines.append(
            say(
                f"{kept.nobody} lignes ne désignent personne, dont : {rows}",
                f"{kept.nobody} rows name nobody, among them: {rows}",
            )
        )
    return Answer(asdict(kept), lines)
