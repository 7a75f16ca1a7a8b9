"""What is left of a note once what may not be kept is taken out: the wording that its author may accept."""

import re

from policy.detect.decide import detect
from policy.detect.own import OwnWords

_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*")
_MAY_STAY = frozenset({"allow", "conditional"})


def rewritten(text: str, own: OwnWords | None = None) -> str | None:
    """Return the note without the sentences that may not be kept or must wait; None when nothing would be left.

    What is left was screened as a whole: sentences that are innocent alone may tell something together.
    """
    sentences = [found.strip() for found in _SENTENCE.findall(text)]
    kept = [one for one in sentences if one and detect("note", one, own=own).decision in _MAY_STAY]
    if not kept or len(kept) == len(sentences):
        return None
    left = " ".join(kept)
    return left if detect("note", left, own=own).decision in _MAY_STAY else None
