"""Compile the lexicon: every form of every term, the slips of the pen, the masks and cues, ready for the automata.

It takes a second. A folder may be named that keeps the result, under the digest of the vocabulary and of the rules in
code; whatever is wrong with a kept file, the lexicon is compiled again. Nothing is fetched.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from tempfile import NamedTemporaryFile
from typing import Any

from policy.detect.inflect import Inflection, forms, glued, slips
from policy.detect.lexicon import VERSION, Group, adopt, digest, lexicon, packed, unpacked

ANCHOR = "anchor:"
"""Prefix of the cue kinds that belong to one group; the group's id follows."""
REPEATED = "repeated"
"""What the automaton of terms answers where a letter stands three times."""
_Forms = dict[bytes, list[str]]
_SPACED = b" %b "
_PEOPLES = "ethnic_origin"
_PARTS = ("terms", "slips", "surroundings")


@dataclass(frozen=True, slots=True)
class Patterns:
    """Hold folded forms and, in the same order, the groups or kinds of cue that each may belong to."""

    forms: tuple[bytes, ...]
    meanings: tuple[tuple[str, ...], ...]

    def packed(self) -> dict[str, Any]:
        """Return them as JSON has them: each combination of meanings once."""
        table = {meaning: number for number, meaning in enumerate(dict.fromkeys(self.meanings))}
        text = b"\n".join(self.forms).decode("latin-1")
        return {"forms": text, "table": list(table), "which": [table[meaning] for meaning in self.meanings]}


def _unpacked(packed: dict[str, Any]) -> Patterns:
    table = [tuple(meaning) for meaning in packed["table"]]
    forms = tuple(packed["forms"].encode("latin-1").split(b"\n"))
    return Patterns(forms, tuple([table[number] for number in packed["which"]]))


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
    terms: _Forms = {}
    doubtful: _Forms = {}
    for group in lexicon().groups:
        may_slip = group.strength != "weak"
        for form in _forms_of(group.words, group.inflect):
            _add(terms, form, group.id)
            if may_slip:
                for slip in (*slips(form), *_glued(form, group)):
                    _add(terms if b" " in slip else doubtful, slip, group.id)
    real = _forms_of((*lexicon().real_words, *lexicon().surnames), "noun")
    for word in (*terms, *real):
        doubtful.pop(word, None)
    letters: _Forms = {letter.encode() * 3: [REPEATED] for letter in ascii_lowercase}
    return Compiled(_patterns(terms, letters), _patterns({}, doubtful), _patterns(_surroundings(), {}))


def _forms_of(words: Iterable[str], how: Inflection) -> Iterator[bytes]:
    return (form for word in words for form in forms(word, how))


def _glued(form: bytes, group: Group) -> Iterator[bytes]:
    """Yield what telephones make of a form, but of names of peoples: Larbi and Langlais are somebody's name."""
    is_plain = not group.structure_only and not group.anchors and group.category != _PEOPLES
    return glued(form) if is_plain or b" " in form else iter(())


def _surroundings() -> _Forms:
    patterns: _Forms = {}
    kinds = [("mask", lexicon().masks), *lexicon().cues.items()]
    kinds += [(ANCHOR + group.id, group.anchors) for group in lexicon().groups]
    for kind, words in kinds:
        for form in _forms_of(words, "noun"):
            _add(patterns, form, kind)
    return patterns


def _add(patterns: _Forms, form: bytes, meaning: str) -> None:
    meanings = patterns.setdefault(form, [])
    if meaning not in meanings:
        meanings.append(meaning)


def _patterns(whole_words: _Forms, anywhere: _Forms) -> Patterns:
    found = {_SPACED % form: meanings for form, meanings in whole_words.items()} | anywhere
    return Patterns(tuple(found), tuple(tuple(meanings) for meanings in found.values()))


def _read(kept: Path) -> Compiled | None:
    """Return what a file keeps, or None when there is none or it is not what was written."""
    try:
        head, _, body = kept.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(body).hexdigest().encode() != head:
        return None
    try:
        parts = json.loads(body)
        kept_lexicon = unpacked(parts["lexicon"])
        found = Compiled(**{name: _unpacked(parts[name]) for name in _PARTS})
    except (ValueError, KeyError, TypeError, IndexError):
        return None  # Whole, but of another make: compiled anew.
    adopt(kept_lexicon)
    return found


def _keep(kept: Path, found: Compiled) -> None:
    """Write the file whole or not at all; a folder that cannot be written only costs a second at the next start."""
    parts = {name: getattr(found, name).packed() for name in _PARTS} | {"lexicon": packed(lexicon())}
    body = json.dumps(parts, separators=(",", ":")).encode()
    with suppress(OSError):
        _write(kept, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def _write(kept: Path, content: bytes) -> None:
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=kept.parent, delete=False) as whole:
        whole.write(content)
    Path(whole.name).replace(kept)
