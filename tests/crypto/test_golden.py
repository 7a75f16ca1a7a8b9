"""Our own golden values: what these bytes open to today they open to for ever."""

import base64
import json
from pathlib import Path

import pytest

from crypto.campaign_keys import CampaignKey, unwrap_campaign_key
from crypto.person_keys import unwrap_person_keys
from crypto.provider import EnvironmentProvider
from crypto.record import open_record
from crypto.stream import open_chunks, unwrap_file_key
from crypto.value import open_value
from tests.crypto.factories import CAMPAIGN, FIELDS, KEY, PERSON, campaign_keys, secret
from tests.crypto.vectors.make_golden import CONTEXT, FILE, PLAIN, ROOTS, make_golden

GOLDEN: dict[str, str] = json.loads((Path(__file__).parent / "vectors" / "golden_1.json").read_text())


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_the_same_inputs_give_the_bytes_on_file(name: str) -> None:
    assert make_golden()[name] == GOLDEN[name]


def test_every_golden_value_made_is_on_file() -> None:
    assert set(make_golden()) == set(GOLDEN)


def test_the_file_on_file_opens() -> None:
    sealed = bytes.fromhex(GOLDEN["file_format_1"])
    assert b"".join(open_chunks(KEY, [sealed], campaign=CAMPAIGN, file=FILE)) == PLAIN


def test_the_wrapped_file_key_on_file_opens() -> None:
    wrapped = bytes.fromhex(GOLDEN["wrapped_file_key_format_1"])
    assert unwrap_file_key(secret("owner"), campaign=CAMPAIGN, file=FILE, wrapped=wrapped) == KEY


def test_the_record_on_file_opens() -> None:
    record = bytes.fromhex(GOLDEN["record_format_1"])
    opened = open_record(KEY, campaign=CAMPAIGN, person=PERSON, revision=4, record=record)
    assert [(field.code, field.origin, field.obtained, field.value) for field in opened] == [tuple(f) for f in FIELDS]
    assert [field.slot for field in opened] == [0, 0, 1, 0]


def test_the_wrapped_person_key_on_file_opens() -> None:
    wrapped = bytes.fromhex(GOLDEN["wrapped_person_key_format_1"])
    assert len(wrapped) == 60
    assert unwrap_person_keys(campaign_keys(), [(PERSON, 1, 2, 1, wrapped)]) == [KEY]


def test_the_wrapped_campaign_key_on_file_opens() -> None:
    provider = EnvironmentProvider(f"3:{base64.b64encode(ROOTS[3]).decode()}")
    key = unwrap_campaign_key(
        provider,
        CAMPAIGN,
        purpose="kek",
        version=5,
        state="active",
        root_version=3,
        wrapped=bytes.fromhex(GOLDEN["wrapped_campaign_key_format_1"]),
    )
    assert key == CampaignKey("kek", 5, "active", secret("kek 5"))


def test_the_value_on_file_opens() -> None:
    sealed = bytes.fromhex(GOLDEN["value_format_1"])
    assert open_value(campaign_keys(), "audit:body", CONTEXT, sealed) == PLAIN
