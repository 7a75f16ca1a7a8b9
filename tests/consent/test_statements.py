from datetime import UTC, datetime
from typing import Any

from consent.evidence import Indicated, Method, NewEvidence
from consent.statements import NOBODY, PARENTAL, Statement, data_agreed_to
from policy.standing import Action

AT = datetime(2026, 11, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 2, tzinfo=UTC)
DOCUMENTED = NewEvidence(
    person=NOBODY,
    purpose="email_campaign",
    channel="email",
    action=Action.GIVEN,
    occurred_at=AT,
    indicated_by=Indicated.PERSON,
    method=Method.WEB_FORM,
    notice="2026-1",
)
NEED = frozenset({"accessibility"})


def said(covers: frozenset[str] = frozenset(), **more: Any) -> Statement:  # noqa: ANN401
    return Statement(DOCUMENTED._replace(**more), covers)


def test_only_a_documented_opt_in_opens_what_it_covers_and_what_its_channel_needs() -> None:
    opens: list[tuple[Statement, set[str]]] = [
        (said(), {"email"}),
        (said(NEED), {"email", "accessibility"}),
        (said(channel="list:lettre du 3e"), {"email"}),
        (said(channel="robocall", indicated_by=Indicated.OPERATOR), {"phone"}),
        (said(channel="door"), set()),
        (said(NEED, indicated_by=Indicated.PARENT), {"email", "accessibility", PARENTAL}),
        (said(NEED, action=Action.RENEWED), {"email", "accessibility"}),
        (said(NEED, notice=None), set()),
        (said(NEED, method=Method.IMPORT), set()),
        (said(NEED, indicated_by=Indicated.TOOL), set()),
        (said(NEED, action=Action.REQUESTED), set()),
        (said(NEED, action=Action.REFUSED), set()),
    ]
    assert [set(data_agreed_to([one])) for one, _ in opens] == [expected for _, expected in opens]
    assert data_agreed_to([]) == frozenset()


def test_what_was_refused_since_opens_nothing() -> None:
    refusal = said(action=Action.WITHDRAWN, occurred_at=LATER, purpose="*", channel="all")
    assert data_agreed_to([said(NEED), refusal]) == frozenset()
    assert data_agreed_to([refusal, said(NEED, occurred_at=LATER)]) == frozenset()
    again = said(channel="sms", occurred_at=datetime(2026, 11, 3, tzinfo=UTC))
    assert data_agreed_to([said(NEED), refusal, again]) == {"phone"}
