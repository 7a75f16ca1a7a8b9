"""The demonstration: the whole journey on a scratch database, or a seeded campaign to serve."""

import tempfile
from argparse import Namespace
from pathlib import Path

from cli.answer import DONE, FAILED, Answer
from cli.demo_chapters import CHAPTERS
from cli.demo_serve import serve_demonstration
from cli.demo_story import Story
from cli.words import say
from installation.create import create_installation
from installation.open import open_installation
from kernel.log import configure_log
from kernel.settings import load_settings


def demo(given: Namespace) -> Answer:
    """Tell the journey chapter by chapter; fail if one of them does not come out as it should."""
    if given.serve:
        return serve_demonstration(given)
    configure_log("error")
    with tempfile.TemporaryDirectory(prefix="isoloir-demo-") as folder:
        settings = load_settings(
            data_dir=Path(folder),
            database_url="",
            hosting="FR",
            key_provider="file",
            processes=1,
            log_level="error",
        )
        create_installation(settings)
        with open_installation(settings) as installation:
            story = Story(installation, silent=bool(given.json))
            for chapter in CHAPTERS:
                chapter(story)
    return _end(story)


def _end(story: Story) -> Answer:
    failed = [name for name, kept in story.promises.items() if not kept]
    count = len(story.promises)
    if failed:
        line = say("Promesses non tenues : ", "Promises not kept: ") + ", ".join(failed)
    else:
        line = say(
            f"{count} promesses vérifiées, {count} tenues. Rien ne reste de cette démonstration.",
            f"{count} promises checked, {count} kept. Nothing remains of this demonstration.",
        )
    return Answer({**story.facts, "promises": story.promises}, ["", line], FAILED if failed else DONE)
