"""Answer the one question the rest of the house asks, whether a text may be stored.

It fails closed: a text too long, unreadable, too slow or simply unlucky comes back as "review", never as "allow".
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from policy.detect.automaton import vocabulary
from policy.detect.examine import are_plainly_innocent, examine
from policy.detect.own import OwnWords
from policy.detect.shorthand import telling
from policy.detect.verdict import KINDS, UNREADABLE, Detection, Hit, Kind, conclude

MAX_CHARACTERS = 20_000
_HANDFUL = 1_000
"""Characters read in one go: where one text is not innocent, all of its handful are read again."""
_LONG = 100
"""Of so many characters a text is read by itself: among a few such one nearly always has to be looked at."""
SECONDS = 0.5
"""Processor time one text may take (a usual note: some ten microseconds); a busy machine holds no text back."""


def detect(kind: Kind, text: str, *, own: OwnWords | None = None, seconds: float = SECONDS) -> Detection:
    """Say whether a text states, suggests or selects by an attribute the law forbids to note (GDPR art. 9 and 10).

    Never raises and never keeps the text. ``own`` holds the campaign's own words, ``seconds`` is the time after which
    the answer no longer counts.
    """
    try:
        if kind not in KINDS or len(text) > MAX_CHARACTERS:
            return UNREADABLE
        # Neither the building of the automata nor of what names are read by counts as time spent on the text.
        vocabulary()
        if kind in ("column", "segment"):
            telling()
        started = time.thread_time()
        hits = examine(kind, text, own)
        spent = time.thread_time() - started
        if hits:
            let_through = _engine()
            started = time.thread_time()
            hits = let_through(text, hits)
            spent += time.thread_time() - started
        return UNREADABLE if spent > seconds else conclude(hits)
    except Exception:  # noqa: BLE001 - whatever went wrong, the text was not checked, and that is what must be said
        return UNREADABLE


def innocents(texts: Iterable[str], own: OwnWords | None = None) -> set[str]:
    """Return those of many notes or values that surely hold no word of the lexicon, which most do not.

    They are read a handful at a time, in an eighth of the time. `detect` answers for the others, one by one.
    """
    found: set[str] = set()
    for together in _handfuls(texts):
        if _are_innocent(together, own):
            found.update(together)
        elif len(together) > 1:
            found.update(one for one in together if _are_innocent((one,), own))
    return found


def _handfuls(texts: Iterable[str]) -> Iterator[list[str]]:
    together: list[str] = []
    length = 0
    for text in texts:
        if len(text) > MAX_CHARACTERS:
            continue
        if len(text) > _LONG:
            yield [text]
            continue
        together.append(text)
        length += len(text)
        if length > _HANDFUL:
            yield together
            together, length = [], 0
    if together:
        yield together


def _are_innocent(texts: Sequence[str], own: OwnWords | None) -> bool:
    try:
        return are_plainly_innocent(texts, own)
    except Exception:  # noqa: BLE001 - as above: what was not checked is not innocent
        return False


def warm_up(folder: Path | None = None) -> None:
    """Build the automata and import Presidio now, so that no first request pays for them.

    The folder, if there is one, keeps the compiled lexicon for the next start.
    """
    vocabulary(folder)
    _engine()


def _engine() -> Callable[[str, list[Hit]], list[Hit]]:
    # Presidio brings spaCy, which takes a second to import: only a text in which something was found pays, only once.
    from policy.detect.recogniser import engine, let_through  # noqa: PLC0415

    engine()
    return let_through
