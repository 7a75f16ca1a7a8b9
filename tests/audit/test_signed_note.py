import json
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Tampered
from audit.signed_note import MAX_SIGNATURES, public_key, read_verifier_key, sign, verifier_key, verify
from kernel.errors import Invalid

GO = json.loads((Path(__file__).parent / "vectors" / "notes.json").read_text())["go"]
TEXT = GO["text"]
PETER_NAME, PETER = read_verifier_key(GO["peter"]["verifier"])
ENOCH_NAME, ENOCH = read_verifier_key(GO["enoch"]["verifier"])
PETER_SEED = b64decode(GO["peter"]["signer"].split("+", 4)[4])[1:]
PETER_LINE, ENOCH_LINE = GO["peter"]["signature"], GO["enoch"]["signature"]
NOTE = f"{TEXT}\n{PETER_LINE}"
SEED = bytes(range(32))
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


def broken(line: str) -> str:
    name, encoded = line.removesuffix("\n").rsplit(" ", 1)
    signature = bytearray(b64decode(encoded))
    signature[40] ^= 1
    return f"{name} {b64encode(signature).decode()}\n"


def test_our_signature_of_the_go_example_is_the_one_published() -> None:
    assert public_key(PETER_SEED) == PETER
    assert sign(TEXT, "PeterNeumann", PETER_SEED) == NOTE


def test_the_go_note_with_two_signatures_verifies_with_either_key() -> None:
    assert verify(NOTE + ENOCH_LINE, PETER_NAME, PETER) == TEXT
    assert verify(NOTE + ENOCH_LINE, ENOCH_NAME, ENOCH) == TEXT


def test_a_note_signed_only_by_unknown_keys_is_refused() -> None:
    for name, keys in ((ENOCH_NAME, (ENOCH,)), (PETER_NAME, ()), (PETER_NAME, (ENOCH,)), (ENOCH_NAME, (PETER,))):
        with pytest.raises(Tampered, match="no known key"):
            verify(NOTE, name, *keys)


def test_a_wrong_signature_by_a_known_key_refuses_the_note_and_one_by_an_unknown_key_does_not() -> None:
    assert verify(NOTE + broken(ENOCH_LINE), PETER_NAME, PETER) == TEXT
    with pytest.raises(Tampered, match="wrong"):
        verify(NOTE + broken(PETER_LINE), PETER_NAME, PETER)
    with pytest.raises(Tampered, match="wrong"):
        verify(f"{TEXT}\n{broken(PETER_LINE)}", PETER_NAME, PETER)


def test_a_signature_of_another_length_by_a_known_key_is_wrong() -> None:
    name, encoded = PETER_LINE.removesuffix("\n").rsplit(" ", 1)
    for signature in (b64decode(encoded)[:-1], b64decode(encoded) + b"\0", b64decode(encoded)[:5]):
        with pytest.raises(Tampered, match="wrong"):
            verify(f"{TEXT}\n{name} {b64encode(signature).decode()}\n", PETER_NAME, PETER)


def test_an_older_and_a_newer_key_of_one_name_both_count() -> None:
    note = sign(TEXT, PETER_NAME, SEED)
    assert verify(note, PETER_NAME, PETER, public_key(SEED)) == TEXT
    assert verify(NOTE, PETER_NAME, PETER, public_key(SEED)) == TEXT


@given(st.lists(LINES, min_size=1), st.text("abc/é-", min_size=1), st.binary(min_size=32, max_size=32))
def test_what_is_signed_verifies_and_comes_back(lines: list[str], name: str, seed: bytes) -> None:
    text = "".join(f"{line}\n" for line in lines)
    assert verify(sign(text, name, seed), name, public_key(seed)) == text


@given(st.data())
def test_no_character_of_a_note_may_change(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(NOTE) - 1))
    character = data.draw(st.characters().filter(lambda one: one != NOTE[place]))
    with pytest.raises(Tampered):
        verify(NOTE[:place] + character + NOTE[place + 1 :], PETER_NAME, PETER)


@pytest.mark.parametrize("end", range(len(NOTE)))
def test_a_cut_note_is_refused(end: int) -> None:
    with pytest.raises(Tampered):
        verify(NOTE[:end], PETER_NAME, PETER)


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        f"\x01{NOTE}",
        f"\ud800{NOTE}",
        f"\r{NOTE}",
        f"{NOTE}Unexpected line.\n",
        f"{NOTE}\n",
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", ""),
        NOTE.replace("—", "— "),
        NOTE.replace("— PeterNeumann", "— Peter+Neumann"),
        NOTE.replace("— PeterNeumann", "— Peter\u00a0Neumann"),
        NOTE.replace("— PeterNeumann", "— "),
        NOTE.replace("nAM=", "nAM"),
        NOTE.replace("nAM=", "nAN="),
        NOTE.replace("nAM=", "nA\u00e9="),
        NOTE.replace("x08go/ZJ", "x08go_ZJ"),
        NOTE.replace("x08go/ZJ", "x08go/ ZJ"),
        f"{NOTE}— witness AAAAAA==\n",
        f"{NOTE}— witness \n",
        f"{NOTE}— witness AAAAAAAA",
        f"{NOTE}— witness AAAAAAAA.",
    ],
)
def test_a_malformed_note_is_refused_even_if_a_good_signature_stands_in_it(note: str) -> None:
    with pytest.raises(Tampered):
        verify(note, PETER_NAME, PETER)


def test_sixteen_signatures_are_read_and_no_more() -> None:
    assert verify(f"{TEXT}\n{ENOCH_LINE * (MAX_SIGNATURES - 1)}{PETER_LINE}", PETER_NAME, PETER) == TEXT
    with pytest.raises(Tampered, match="too many"):
        verify(f"{TEXT}\n{ENOCH_LINE * MAX_SIGNATURES}{PETER_LINE}", PETER_NAME, PETER)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "half \udc80\n"])
def test_a_text_that_is_none_is_not_signed(text: str) -> None:
    with pytest.raises(Invalid, match="text or key name"):
        sign(text, "name", SEED)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u2003b", "a\nb", "a\udc80"])
def test_a_key_name_that_is_none_is_not_used(name: str) -> None:
    with pytest.raises(Invalid, match="key name"):
        sign(TEXT, name, SEED)
    with pytest.raises(Invalid, match="key name"):
        verifier_key(name, PETER)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_size_is_none(size: int) -> None:
    with pytest.raises(Invalid, match="seed has 32 bytes"):
        sign(TEXT, "name", bytes(size))
    with pytest.raises(Invalid, match="public key has 32 bytes"):
        verify(NOTE, PETER_NAME, bytes(size))
    with pytest.raises(Invalid, match="public key has 32 bytes"):
        verifier_key("name", bytes(size))


def test_the_go_verifier_keys_are_written_as_published() -> None:
    assert verifier_key(PETER_NAME, PETER) == GO["peter"]["verifier"]
    assert verifier_key(ENOCH_NAME, ENOCH) == GO["enoch"]["verifier"]


@pytest.mark.parametrize("line", [*GO["refused_verifiers"], "", "+", "++", "a+b+c", "a+b+\u00e9", "+00000000+AQ=="])
def test_the_verifier_keys_that_go_refuses_are_refused(line: str) -> None:
    with pytest.raises(Tampered):
        read_verifier_key(line)


def test_a_verifier_key_cut_or_changed_anywhere_is_refused() -> None:
    line = GO["peter"]["verifier"]
    cut = {line[start:end] for start in range(len(line)) for end in range(start, len(line) + 1)} - {line}
    changed = {line[:at] + chr(ord(line[at]) + 1) + line[at + 1 :] for at in range(len(line))}
    for wrong in cut | changed:
        with pytest.raises(Tampered):
            read_verifier_key(wrong)
