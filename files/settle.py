"""Settle what the columns of a file are from what was proposed and what somebody decided; pure.

The law's word goes first: what it refuses no decision keeps. Only what nobody could tell must be decided on.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from files.plan import OBJECTION, meanings
from files.propose import Proposal, word_of
from files.rows import REPEATED
from kernel.errors import Invalid
from policy.edition import Edition
from policy.findings import Refusal

_UNREADABLE = "name.unreadable"


def settle_columns(
    proposals: Sequence[Proposal], decided: Mapping[int, str | None], edition: Edition
) -> tuple[str | None, ...]:
    """Return what each column is, in order, None for one that is left out; ``decided`` speaks by position.

    Raise Refusal for a decision that would keep what the law refuses; Invalid for one on no column, for a field that
    there is not or that two columns would be, for a column left open, and where nothing would be kept.
    """
    if not set(decided) <= {one.position for one in proposals}:
        raise Invalid("a decision is on a column that the file has not")
    if not meanings().issuperset(word for word in decided.values() if word is not None):
        raise Invalid("a decision gives a column what is no field of a list")
    if any(decided.get(one.position) for one in proposals if not one.named):
        raise Invalid("a column without a name cannot be kept: name it")
    if any(_is_ignored(one, decided[one.position]) for one in proposals if one.position in decided):
        raise Invalid("what somebody refused or agreed to is never left out: a column of objections closes a channel")
    _check_law(proposals, decided, edition)
    left = [str(one.position + 1) for one in proposals if not one.sure and one.position not in decided]
    if left:
        raise Invalid(f"say of these columns what they are, or that they are left out: {', '.join(left)}")
    settled = tuple(decided.get(one.position, word_of(one)) if one.named else None for one in proposals)
    if not any(settled):
        raise Invalid("nothing of the file would be kept")
    single = Counter(word for word in settled if word and word not in REPEATED and not _repeats(word))
    if twice := [word for word, times in single.items() if times > 1]:
        raise Invalid(f"two columns are to be the field {twice[0]}, which holds one value")
    return settled


def _check_law(proposals: Sequence[Proposal], decided: Mapping[int, str | None], edition: Edition) -> None:
    against = [one for one in proposals if one.decision == "refused" and decided.get(one.position) is not None]
    rules = [edition.rules.get(one.rule or "", edition.rules[_UNREADABLE]) for one in against]
    if against:
        told = zip(against, rules, strict=True)
        raise Refusal([rule.finding(f"columns.{one.position + 1}") for one, rule in told])


def _is_ignored(one: Proposal, word: str | None) -> bool:
    """Tell whether a decision would take away what the persons of a file said of being contacted."""
    if one.decision == "flag":
        return word is not None
    return one.decision == "objection" and not (word or "").startswith(OBJECTION)


def _repeats(word: str) -> bool:
    """Tell whether several columns may say it: any number of them may close a channel, or hold tags."""
    return word.startswith(OBJECTION) or word == "tags"
