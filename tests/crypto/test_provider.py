"""The root key from the environment."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.provider import EnvironmentProvider
from kernel.errors import Misconfigured
from tests.crypto.factories import KEY, OTHER_KEY, assert_unopenable, flipped


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


PROVIDER = EnvironmentProvider(f"1:{encoded(KEY)}, 12:{encoded(OTHER_KEY)}")


def test_the_highest_version_is_current_and_all_unwrap() -> None:
    assert PROVIDER.versions() == (1, 12)
    assert PROVIDER.current() == 12
    old = EnvironmentProvider(f"1:{encoded(KEY)}").wrap(b"key", b"context")
    assert PROVIDER.unwrap(*old, b"context") == b"key"


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_what_was_wrapped_unwraps_in_its_context(plain: bytes, context: bytes) -> None:
    version, wrapped = PROVIDER.wrap(plain, context)
    assert version == 12
    assert PROVIDER.unwrap(version, wrapped, context) == plain
    assert_unopenable(lambda: PROVIDER.unwrap(version, wrapped, context + b"x"))
    assert_unopenable(lambda: PROVIDER.unwrap(1, wrapped, context))
    assert_unopenable(lambda: PROVIDER.unwrap(13, wrapped, context))
    assert_unopenable(lambda: PROVIDER.unwrap(version, flipped(wrapped, 100), context))


def test_one_key_under_two_versions_does_not_unwrap_for_the_other() -> None:
    twice = EnvironmentProvider(f"1:{encoded(KEY)},2:{encoded(KEY)}")
    _, wrapped = twice.wrap(b"key", b"")
    assert_unopenable(lambda: twice.unwrap(1, wrapped, b""))


def test_the_environment_cannot_be_rotated_and_says_what_to_do() -> None:
    with pytest.raises(Misconfigured, match="append ,<version>:<32 random bytes in base64>"):
        PROVIDER.rotate()
    with pytest.raises(Misconfigured, match="remove version 1 there"):
        PROVIDER.destroy(1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        encoded(KEY),
        f"x:{encoded(KEY)}",
        f"0:{encoded(KEY)}",
        f"{2**32}:{encoded(KEY)}",
        f"1:{encoded(KEY[1:])}",
        f"1:{encoded(KEY)[:-1]}",
        "1:é",
        f"1:{encoded(KEY)},1:{encoded(OTHER_KEY)}",
        f"1:{encoded(KEY)},",
    ],
    ids=["empty", "no key", "no version", "letter", "zero", "too high", "short", "padding", "é", "twice", "trailing"],
)
def test_a_text_that_is_no_list_of_roots_is_misconfigured_and_not_repeated(text: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        EnvironmentProvider(text)
    assert encoded(KEY)[:10] not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_key_is_shown() -> None:
    assert repr(PROVIDER) == "EnvironmentProvider([1, 12])"
