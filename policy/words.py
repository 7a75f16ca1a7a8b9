"""Free words put before the detector: what was found becomes findings, and what could not be read is held."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from policy.detect import Detection, OwnWords, detect, vocabulary_version
from policy.edition import Edition, Rule
from policy.findings import Decision, Finding
from policy.names import name_verdict
from policy.third_person import speaks_of_another

POLITICAL = "political_opinion"
THIRD_PERSON = "third_person.opinion"
Kind = Literal["note", "tag", "column", "value", "title"]
_SENTENCES = frozenset({"note", "value"})
"""What may speak of persons; a name or a title names a group."""
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """What words hold: the rules that refuse or hold them, and whether they reveal a political opinion."""

    rules: tuple[tuple[Rule, Decision], ...] = ()
    opinion: bool = False

    def findings(self, label: str) -> tuple[Finding, ...]:
        """Apply the answer to a field."""
        return tuple(rule.finding(label, decision=decision) for rule, decision in self.rules)

    @property
    def accepted(self) -> "Answer":
        """Return what is left of the answer once a reviewer accepted the words: what is refused, never what waits."""
        return Answer(tuple(told for told in self.rules if told[1] != "review"), self.opinion)


FREE = Answer()


def value_words(name: str, text: str) -> str:
    """Return what is read of a field's value: its name, and what it says."""
    return f"{name}: {text}"


@dataclass(frozen=True, slots=True)
class Reader:
    """The questions put to the detector under one edition; short values that return are remembered."""

    edition: Edition
    own: OwnWords | None = None
    """The campaign's own words beside the lexicon."""
    _known: dict[tuple[Kind, str], Answer] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Return the version of all words that are asked: what is recorded with a decision."""
        return vocabulary_version("" if self.own is None else self.own.version)

    def note(self, text: str) -> Answer:
        """Read a note."""
        return self._read("note", text)

    def value(self, name: str, text: str) -> Answer:
        """Read the value of a field; the name of the field is part of what it says."""
        return self._once("value", value_words(name, text), self._read)

    def words(self, text: str) -> Answer:
        """Read words that stand inside a value, as those of a note."""
        return self._once("note", text, self._read) if text else FREE

    def name(self, name: str) -> Answer:
        """Read the name of a custom field."""
        return self._once("column", name, self._read_name)

    def tag(self, tag: str) -> Answer:
        """Read a tag, which is a name and a text at once."""
        return self._once("tag", tag, self._read_name)

    def title(self, title: str) -> Answer:
        """Read a title of the campaign's own: an organisation named in it says nothing of a person."""
        return self._once("title", title, self._read)

    def _once(self, kind: Kind, text: str, read: Callable[[Kind, str], Answer]) -> Answer:
        known = self._known.get((kind, text))
        if known is None:
            known = read(kind, text)
            if len(self._known) < _REMEMBERED:
                self._known[kind, text] = known
        return known

    def _read_name(self, kind: Kind, name: str) -> Answer:
        words = self._read(kind, name)
        verdict = name_verdict(name, self.own)
        if verdict.verdict == "free":
            return words
        if verdict.verdict == "conditional" and verdict.category == POLITICAL:
            return _both(words, Answer(opinion=True))
        decision: Decision = "drop" if verdict.verdict == "drop" else "refuse"
        return _both(words, Answer(((self._rule(verdict.rule), decision),)))

    def _read(self, kind: Kind, text: str) -> Answer:
        found = detect(kind, text, own=self.own)
        said = kind in _SENTENCES and found.decision == "conditional"
        if said and speaks_of_another(text, [hit.start for hit in found.hits]):
            return Answer(((self.edition.rules[THIRD_PERSON], "refuse"),))
        return FREE if found.decision == "allow" else self._judged(found)

    def _judged(self, found: Detection) -> Answer:
        if found.decision == "conditional":
            return Answer(opinion=True)
        held = found.decision == "review"
        # An opinion has its doors, which open nothing here: beside it the words hold something that has none.
        hits = [hit for hit in found.hits if held or hit.category != POLITICAL]
        named = sorted({self._rule(hit.rule).id for hit in hits})
        decision: Decision = "review" if held else "refuse"
        return Answer(tuple((self.edition.rules[name], decision) for name in named)) if named else self._unread()

    def _unread(self) -> Answer:
        rule = self.edition.rules["text.unread"]
        return Answer(((rule, "review"),))

    def _rule(self, rule: str | None) -> Rule:
        """Find the pack's rule for what was found; what the pack does not know is refused all the same."""
        rules = self.edition.rules
        return rules.get(rule or "", rules["name.unreadable"])


def _both(first: Answer, second: Answer) -> Answer:
    rules = dict.fromkeys(first.rules + second.rules)
    return Answer(tuple(rules), first.opinion or second.opinion)
