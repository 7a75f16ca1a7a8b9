"""What the law answers: findings, each with its rule, its articles and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kernel.errors import Refused

Kind = Literal["law", "law_except_consent", "our_policy"]
Decision = Literal["refuse", "review", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer about one field; it never holds the value."""

    rule: str
    articles: tuple[str, ...]
    kind: Kind
    decision: Decision
    field: str
    """``note``, then ``note.1`` for the second one; ``tags.0``; ``custom:x``; ``*`` for the whole draft."""
    category: str | None = None
    """The forbidden attribute, when there is one."""
    missing: str | None = None
    """The fact that is missing, when the answer is "cannot tell"."""
    advice_fr: str
    advice_en: str


class Refusal(Refused):
    """Carry all the findings of a draft that was refused whole."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("refused: " + ", ".join(sorted({finding.rule for finding in findings})))
        self.findings = tuple(findings)
        self.notice: Finding | None = None
        """What the processor must tell the controller with it (GDPR art. 28(3)), where the operator is one."""
