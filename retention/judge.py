"""What becomes of one contact: which of its values go, what is archived, until when the rest is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from contacts.lasting.leave import Lasting
from policy.activation import Period
from policy.edition import Edition
from policy.leaving import Life, Source, Stage, Term, last_day_of, may_stay, needs_person, term_of

SOON = timedelta(days=31)
"""How long before its day a contact's own acts are looked up: before that they decide nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a contact: the origins whose values go, its stage, its day, and the line that decided."""

    stage: Stage
    gone: frozenset[int]
    due_on: date | None
    line: str
    held: bool = False


_Alike = tuple[str, frozenset[int], date | None]
"""What makes two contacts alike, as long as nothing is known of their persons: category, origins, day."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides for a whole campaign: the law of the day, the origins, the periods that were chosen."""

    edition: Edition
    sources: Mapping[int, Source]
    chosen: Mapping[str, Period]
    today: date
    _terms: dict[tuple[str, frozenset[int]], list[Term]] = field(default_factory=dict)
    _pressing: dict[_Alike, bool] = field(default_factory=dict)
    _verdicts: dict[_Alike, Verdict] = field(default_factory=dict)

    def is_pressing(self, one: Lasting) -> bool:
        """Tell whether what is known of the person alone may decide now."""
        alike = one.category, one.origins, one.due_on
        if alike not in self._pressing:
            self._pressing[alike] = self._is_pressing(one)
        return self._pressing[alike]

    def judge(self, one: Lasting, life: Life | None, held: date | None) -> Verdict:
        """Judge a contact. ``life`` is None where its own acts decide nothing yet; ``held`` is the end of a hold."""
        if life is not None or held is not None:
            return self._judge(one, life, held)
        # Of a roll very many are alike: each kind is judged once.
        alike = one.category, one.origins, one.due_on
        if alike not in self._verdicts:
            self._verdicts[alike] = self._judge(one, None, None)
        return self._verdicts[alike]

    def may_ask(self, one: Lasting, life: Life) -> bool:
        """Tell whether the law lets one message ask the person now whether they stay: on what ends last."""
        terms = [term for term in self._terms_of(one, self._with_gifts(one, life)) if term.last_day is not None]
        last = max(terms, key=lambda term: term.last_day or date.min, default=None)
        if last is None or last.last_day is None or last.stage(self.today) is not Stage.ACTIVE:
            return False
        return (last.last_day - self.today).days < last.line.reconfirm_days

    def _is_pressing(self, one: Lasting) -> bool:
        terms = self._plain_terms(one)
        near = any(term.leaves_on is not None and term.leaves_on <= self.today + SOON for term in terms)
        return near and self._asks_person(one)

    def _judge(self, one: Lasting, life: Life | None, held: date | None) -> Verdict:
        terms = self._plain_terms(one) if life is None else self._terms_of(one, self._with_gifts(one, life))
        stages = [self._stage(term, held) for term in terms]
        numbers = sorted(one.origins)
        gone = frozenset(number for number, stage in zip(numbers, stages, strict=True) if stage is Stage.GONE)
        stage = next((stage for stage in (Stage.ACTIVE, Stage.ARCHIVE) if stage in stages), Stage.GONE)
        left = [term for term, own in zip(terms, stages, strict=True) if own is not Stage.GONE]
        due = last_day_of(left) if left else one.due_on
        if life is None and self._asks_person(one) and one.due_on is not None and due is not None:
            due = max(due, one.due_on)
        first = min(terms, key=lambda term: term.leaves_on or date.max)
        is_held = held is not None and any(term.stage(self.today) is Stage.GONE for term in left)
        return Verdict(stage, gone, due, first.line.id, is_held)

    def _stage(self, term: Term, held: date | None) -> Stage:
        """Tell where a datum is; a hold archives what would go, but for what nobody can put off."""
        stage = term.stage(self.today)
        return Stage.ARCHIVE if stage is Stage.GONE and held is not None and not term.line.hard else stage

    def _plain_terms(self, one: Lasting) -> list[Term]:
        """Return the terms of a contact as though nothing were known of its person: the same for very many."""
        key = one.category, one.origins
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = self._terms_of(one, self._with_gifts(one, _life(one)))
        return found

    def _terms_of(self, one: Lasting, life: Life) -> list[Term]:
        return [term_of(self.edition, self.sources[number], life, self.chosen) for number in sorted(one.origins)]

    def _with_gifts(self, one: Lasting, life: Life) -> Life:
        """Count what the person gave as an act of theirs."""
        given = [self.sources[number] for number in one.origins]
        acts = [source.obtained_on for source in given if self.edition.origins[source.kind].direct]
        acts += [] if life.last_act is None else [life.last_act]
        return replace(life, last_act=max(acts, default=None))

    def _asks_person(self, one: Lasting) -> bool:
        """Tell whether acts or agreements of the person decide of any of its values."""
        sources, life = [self.sources[number] for number in one.origins], _life(one)
        return any(needs_person(self.edition, each, life) or may_stay(self.edition, each, life) for each in sources)


def _life(one: Lasting) -> Life:
    return Life(category=one.category)
