"""Compile the lexicon: every form of every term, the slips of the pen, the masks and cues, ready for the automata.

It takes a second. A folder may be named that keeps the result, under the digest of the vocabulary and of the rules in
code; whatever is wrong with a kept file, the lexicon is compiled again. Nothing is fetched.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from policy.detect.inflect import forms, slips
from policy.detect.lexicon import VERSION, digest, lexicon

ANCHOR = "anchor:"
"""Prefix of the cue kinds that belong to one group; the group's id follows."""
Patterns = dict[str, list[str]]
"""Each folded form (as Latin-1 text) to the groups or kinds of cue it may belong to."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Hold what the automata are built from."""

    terms: Patterns
    slips: Patterns
    surroundings: Patterns


def compiled(folder: Path | None = None) -> Compiled:
    """Return the vocabulary compiled, from the folder where it is kept if it is, and kept there if it was not."""
    if folder is None:
        return compile_lexicon()
    kept = folder / f"lexicon-{VERSION}-{digest()[:32]}.json"
    found = _read(kept)
    if found is None:
        found = compile_lexicon()
        _keep(kept, found)
    return found


def compile_lexicon() -> Compiled:
    """Make all forms, slips, masks and cues of the lexicon."""
    terms: Patterns = {}
    doubtful: Patterns = {}
    for group in lexicon().groups:
        for word in group.words:
            for form in forms(word, group.inflect):
                _add(terms, form, group.id)
                if group.strength != "weak" and not group.structure_only:
                    for slip in slips(form):
                        _add(doubtful, slip, group.id)
    real = {form for word in lexicon().real_words for form in forms(word, "noun")}
    known = real | {form for name in lexicon().surnames for form in forms(name, "noun")}
    for word in {*terms} | {form.decode("latin-1") for form in known}:
        doubtful.pop(word, None)
    return Compiled(terms, doubtful, _surroundings())


def _surroundings() -> Patterns:
    patterns: Patterns = {}
    kinds = [("mask", lexicon().masks), *lexicon().cues.items()]
    kinds += [(ANCHOR + group.id, group.anchors) for group in lexicon().groups]
    for kind, words in kinds:
        for word in words:
            for form in forms(word, "noun"):
                _add(patterns, form, kind)
    return patterns


def _add(patterns: Patterns, form: bytes, meaning: str) -> None:
    meanings = patterns.setdefault(form.decode("latin-1"), [])
    if meaning not in meanings:
        meanings.append(meaning)


def _read(kept: Path) -> Compiled | None:
    """Return what a file keeps, or None when there is none or it is not what was written."""
    try:
        head, _, body = kept.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != head:
            return None
        return Compiled(**json.loads(body))
    except (OSError, ValueError, TypeError):
        return None


def _keep(kept: Path, found: Compiled) -> None:
    """Write the file whole or not at all; a folder that cannot be written only costs a second at the next start."""
    body = json.dumps(asdict(found), separators=(",", ":")).encode()
    _quietly(lambda: _write(kept, hashlib.sha256(body).hexdigest().encode() + b"\n" + body))


def _write(kept: Path, content: bytes) -> None:
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=kept.parent, delete=False) as whole:
        whole.write(content)
    os.replace(whole.name, kept)  # noqa: PTH105 - the name is text


def _quietly(act: Callable[[], None]) -> None:
    try:
        act()
    except OSError:
        return
