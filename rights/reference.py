"""The reference of a request, as people read and type it: ``DR-7K4M-2QX9``; drawn, never counted up."""

import secrets

from kernel.errors import Invalid

PREFIX = "DR"
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 35
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_GROUP = 4


def new_reference() -> str:
    """Draw a reference: seven signs of 35 random bits, and one that shows a slip of the hand."""
    return write_reference(secrets.randbits(_BITS))


def write_reference(number: int) -> str:
    """Write a number as a reference."""
    signs = "".join(_SIGNS[number >> shift & 31] for shift in range(_BITS - 5, -1, -5))
    text = signs + _check(signs)
    return f"{PREFIX}-{text[:_GROUP]}-{text[_GROUP:]}"


def read_reference(text: str) -> str:
    """Return a reference as it is kept, whatever spaces, signs and small letters were typed. Raises Invalid."""
    plain = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
    if len(plain) > 2 * _GROUP:  # Of the drawn signs, too, the first may be those of the prefix.
        plain = plain.removeprefix(PREFIX)
    plain = plain.translate(_READ_AS)
    known = len(plain) == 2 * _GROUP and set(plain) <= set(_SIGNS)
    if not known or _check(plain[:-1]) != plain[-1]:
        message = "this is no reference of a request"
        raise Invalid(message)
    return f"{PREFIX}-{plain[:_GROUP]}-{plain[_GROUP:]}"


def _check(signs: str) -> str:
    """Weigh each sign by its place: odd weights, so that one wrong sign, or two neighbours in turn, is seen."""
    total = sum((2 * place + 1) * _SIGNS.index(sign) for place, sign in enumerate(signs))
    return _SIGNS[total % len(_SIGNS)]
