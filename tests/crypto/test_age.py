"""What is encrypted to a public key opens with its identity, whatever pieces it came in."""

from collections.abc import Iterator

import pyrage  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.age import check_public_key, encrypt_to
from kernel.errors import Invalid, Unopenable

IDENTITY = pyrage.x25519.Identity.generate()
PUBLIC = str(IDENTITY.to_public())


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=100_000), max_size=6))
def test_a_file_opens_whatever_pieces_it_came_in(pieces: list[bytes]) -> None:
    sealed: list[bytes] = []
    encrypt_to(PUBLIC, pieces, sealed.append)
    assert pyrage.decrypt(b"".join(sealed), [IDENTITY]) == b"".join(pieces)


def test_nobody_else_opens_it_and_nothing_of_it_shows() -> None:
    sealed: list[bytes] = []
    encrypt_to(PUBLIC, [b"Zebulonnette"], sealed.append)
    assert b"Zebulonnette" not in b"".join(sealed)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(b"".join(sealed), [pyrage.x25519.Identity.generate()])


def test_a_key_is_taken_as_it_is_printed_and_nothing_else_is() -> None:
    assert check_public_key(f" {PUBLIC}\n") == PUBLIC
    for wrong in (
        "",
        "age1",
        PUBLIC[:-1],
        PUBLIC[:-1] + ("q" if PUBLIC[-1] != "q" else "p"),
        str(IDENTITY),
        "ssh-rsa AAAA",
    ):
        with pytest.raises(Invalid) as refusal:
            check_public_key(wrong)
        assert len(wrong) < 8 or wrong not in str(refusal.value)


def test_what_goes_wrong_with_a_file_is_told_as_it_is() -> None:
    def breaking(problem: BaseException) -> Iterator[bytes]:
        yield bytes(100_000)
        raise problem

    def full(_: bytes) -> None:
        raise OSError("no room")

    for problem in (Invalid("choose another format"), Unopenable(), KeyboardInterrupt()):
        with pytest.raises(type(problem)) as raised:
            encrypt_to(PUBLIC, breaking(problem), lambda _: None)
        assert raised.value is problem
    with pytest.raises(OSError, match="no room"):
        encrypt_to(PUBLIC, [b"Zebulonnette"], full)
