"""Who can be reached today, and which step would open how many more: counted over the whole campaign."""

from collections import Counter
from dataclasses import dataclass

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from eligibility.origins import origins_of
from eligibility.question import Enquiry, put_question
from eligibility.verdicts import situation_of
from policy.gate import may


@dataclass(frozen=True, slots=True)
class Line:
    """How many get one answer: the rule, and the step that would change it; no step where it is yes."""

    rule: str
    step: str | None
    persons: int


def report_reach(processing: Processing, channel: str, message: str = "propaganda") -> list[Line]:
    """Count, for the declared purpose and one channel, who may be reached now, and why the others may not."""
    counted: Counter[tuple[str, str | None]] = Counter()
    put = put_question(processing, Enquiry(channel=channel, message=message, limit=None))
    groups = put.groups()
    origins = origins_of(processing, groups)
    for group in groups:
        answer = may(processing.edition, put.question, situation_of(group, origins))
        counted[answer.rule, answer.step] += len(group.ids) // 16
    processing.note(Note(event=Event.ELIGIBILITY_LISTED, counts=processing.reads()))
    return [Line(rule, step, persons) for (rule, step), persons in sorted(counted.items(), key=lambda one: -one[1])]
