"""Links cannot be forged, turned to another use, or used for ever; whatever is wrong with one, it leads nowhere."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.campaign_keys import CampaignKeys, new_campaign_key
from kernel.identity import CampaignId, PersonId
from signups.links import LIVES, DeadLink, Use, campaign_of_link, new_ticket, read_link, read_ticket, sign_link

CAMPAIGN = CampaignId(UUID("7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"))
PERSON = PersonId(UUID("0d9c2f6e-1111-4222-8333-444455556666"))
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEYS = CampaignKeys(CAMPAIGN.bytes, [new_campaign_key("link")])
LINK = sign_link(KEYS, PERSON, Use.PREFERENCES, AT)
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_a_link_holds_for_its_person_use_and_time_and_a_ticket_reads_back() -> None:
    found = read_link(KEYS, LINK, Use.PREFERENCES, AT + LIVES[Use.PREFERENCES] - timedelta(seconds=1))
    assert (found.campaign, found.person, found.written_at) == (CAMPAIGN, PERSON, AT)
    assert campaign_of_link(LINK) == CAMPAIGN
    ticket = new_ticket(CAMPAIGN, PERSON)
    assert read_ticket(ticket.written()) == ticket
    assert repr(ticket.secret) not in repr(ticket)


def test_another_use_another_time_another_key_and_another_campaign_lead_nowhere() -> None:
    other = CampaignKeys(CAMPAIGN.bytes, [new_campaign_key("link")])
    elsewhere = CampaignKeys(PERSON.bytes, [KEYS.active("link")])
    retired = CampaignKeys(CAMPAIGN.bytes, [new_campaign_key("link", 2)])
    for keys, use, at in (
        (KEYS, Use.UNSUBSCRIBE, AT),
        (KEYS, Use.PREFERENCES, AT + LIVES[Use.PREFERENCES]),
        (KEYS, Use.PREFERENCES, AT - timedelta(seconds=1)),
        (other, Use.PREFERENCES, AT),
        (elsewhere, Use.PREFERENCES, AT),
        (retired, Use.PREFERENCES, AT),
    ):
        with pytest.raises(DeadLink):
            read_link(keys, LINK, use, at)


@given(place=st.integers(0, len(LINK) - 1), sign=st.sampled_from(SIGNS))
def test_no_sign_of_a_link_can_be_changed(place: int, sign: str) -> None:
    changed = LINK[:place] + sign + LINK[place + 1 :]
    if changed != LINK:
        with pytest.raises(DeadLink):
            read_link(KEYS, changed, Use.PREFERENCES, AT)


@given(st.text(max_size=200))
def test_no_text_makes_a_link_fail_otherwise(text: str) -> None:
    for read in (campaign_of_link, read_ticket):
        with pytest.raises(DeadLink):
            read(text)
