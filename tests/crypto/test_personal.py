"""One value under a person's own key: it opens in its place and nowhere else."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.personal import DIGEST_SIZE, open_personal, personal_digest, seal_personal
from kernel.errors import Invalid
from tests.crypto.factories import CAMPAIGN, KEY, OTHER_CAMPAIGN, OTHER_KEY, assert_unopenable, flipped

PERSON = bytes(range(16))
PLACE: dict[str, Any] = {"campaign": CAMPAIGN, "person": PERSON, "compartment": 5, "field": 1}


@given(st.binary(max_size=200))
def test_what_was_sealed_opens(plain: bytes) -> None:
    assert open_personal(KEY, seal_personal(KEY, plain, **PLACE), **PLACE) == plain


@pytest.mark.parametrize(
    "moved",
    [{"campaign": OTHER_CAMPAIGN}, {"person": bytes(16)}, {"compartment": 1}, {"field": 2}],
    ids=lambda moved: next(iter(moved)),
)
def test_a_value_moved_elsewhere_does_not_open(moved: dict[str, object]) -> None:
    sealed = seal_personal(KEY, b"plain", **PLACE)
    assert_unopenable(lambda: open_personal(KEY, sealed, **PLACE | moved))


def test_another_key_or_another_format_does_not_open() -> None:
    sealed = seal_personal(KEY, b"plain", **PLACE)
    assert_unopenable(lambda: open_personal(OTHER_KEY, sealed, **PLACE))
    assert_unopenable(lambda: open_personal(KEY, b"\x02" + sealed[1:], **PLACE))
    assert_unopenable(lambda: open_personal(KEY, b"", **PLACE))


def test_a_changed_bit_does_not_open() -> None:
    sealed = seal_personal(KEY, b"plain", **PLACE)
    for place in range(8 * len(sealed)):
        assert_unopenable(partial(open_personal, KEY, flipped(sealed, place), **PLACE))


def test_a_place_out_of_range_is_refused() -> None:
    with pytest.raises(Invalid):
        seal_personal(KEY, b"plain", **PLACE | {"field": 1 << 16})


def test_equal_values_have_one_digest_under_one_key_and_no_other() -> None:
    digest = personal_digest(KEY, b"plain")
    assert digest == personal_digest(KEY, b"plain")
    assert len({digest, personal_digest(KEY, b"other"), personal_digest(OTHER_KEY, b"plain")}) == 3
    assert len(digest) == DIGEST_SIZE
