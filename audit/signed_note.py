"""Signed notes (C2SP signed-note v1.0.0) with Ed25519 keys: plain text that anyone can check with public tools.

A note is a text, a blank line, and one line per signature. Signatures by unknown keys are ignored, so that witnesses
may add theirs; a wrong signature by a known key refuses the whole note.
"""

import re
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.errors import Tampered
from crypto.campaign_keys import Signer
from kernel.errors import Invalid

ED25519 = b"\x01"
KEY_SIZE = 32
KEY_ID_SIZE = 4
MAX_SIGNATURES = 16  # The number every verifier must accept; more would only cost us time.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # surrogates are code points that no UTF-8 text can hold
_PARTING = re.compile(r"[+\s]")
SIGNATURE_START = "\N{EM DASH} "


def public_key(seed: bytes) -> bytes:
    """Return the 32-byte public key of an Ed25519 ``seed``."""
    return Signer.of(seed).public


def sign(text: str, key_name: str, by: bytes | Signer) -> str:
    """Sign ``text``, which must end in a newline and hold no other control character, as ``key_name``.

    ``by`` is an Ed25519 seed, or what was made of one for many signatures.
    """
    if not _is_text(text) or not _is_key_name(key_name):
        raise Invalid("this text or key name cannot stand in a signed note")
    signer = Signer.of(by) if isinstance(by, bytes) else by
    key_id = _key_id(key_name, signer.public)
    signature = b64encode(key_id + signer.private.sign(text.encode())).decode()
    return f"{text}\n{SIGNATURE_START}{key_name} {signature}\n"


def verify(note: str, key_name: str, *publics: bytes) -> str:
    """Return the text of ``note`` if at least one of ``publics`` signed it as ``key_name``.

    Several keys are those of successive versions. Raises ``Tampered`` when none signed, or one of theirs is wrong.
    """
    text, signatures = _split(note)
    known = {_key_id(key_name, public): _public_key(public) for public in publics}
    signed = False
    for name, key_id, signature in signatures:
        if name == key_name and key_id in known:
            _check_signature(known[key_id], signature, text)
            signed = True
    if not signed:
        raise Tampered("no known key signed the note")
    return text


def verifier_key(key_name: str, public: bytes) -> str:
    """Write a public key in the form ``name+id+key``, which a verifier can carry in one line."""
    if not _is_key_name(key_name):
        raise Invalid("this key name cannot stand in a signed note")
    _public_key(public)
    return f"{key_name}+{_key_id(key_name, public).hex()}+{b64encode(ED25519 + public).decode()}"


def read_verifier_key(line: str) -> tuple[str, bytes]:
    """Return the key name and the public key that ``line`` carries; anything but its exact form is ``Tampered``."""
    name, _, rest = line.partition("+")
    encoded = _decode(rest.partition("+")[2])
    public = encoded[1:]
    # What we would write settles the rest: the algorithm, the id, the spelling.
    if len(public) != KEY_SIZE or not _is_key_name(name) or verifier_key(name, public) != line:
        raise Tampered("this is not the line of an Ed25519 verifier key")
    return name, public


def _split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    text, blank, tail = note.rpartition("\n\n")
    text += "\n"
    if not blank or not _is_text(text) or not _is_text(tail):
        raise Tampered("this is not a signed note")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Tampered("the note has too many signatures")
    return text, [_read_signature(line) for line in lines]


def _read_signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(SIGNATURE_START).partition(" ")
    signature = _decode(encoded)
    if not line.startswith(SIGNATURE_START) or not _is_key_name(name) or len(signature) <= KEY_ID_SIZE:
        raise Tampered("a signature line of the note is malformed")
    return name, signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:]


def _check_signature(key: Ed25519PublicKey, signature: bytes, text: str) -> None:
    try:
        key.verify(signature, text.encode())
    except InvalidSignature:
        raise Tampered("a known key's signature on the note is wrong") from None


def _decode(encoded: str) -> bytes:
    try:
        decoded = b64decode(encoded)
    except ValueError:
        raise Tampered("a base64 value of the note is malformed") from None
    # Decoders forgive foreign characters and stray last bits; two spellings of one signature would be two notes.
    if b64encode(decoded).decode() != encoded:
        raise Tampered("a base64 value of the note is malformed")
    return decoded


def _is_text(text: str) -> bool:
    return text.endswith("\n") and _CONTROL.search(text) is None


def _is_key_name(name: str) -> bool:
    return bool(name) and _is_text(f"{name}\n") and _PARTING.search(name) is None


def _key_id(key_name: str, public: bytes) -> bytes:
    return sha256(key_name.encode() + b"\n" + ED25519 + public).digest()[:KEY_ID_SIZE]


def _public_key(public: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(public)
    except ValueError:
        raise Invalid("an Ed25519 public key has 32 bytes") from None
