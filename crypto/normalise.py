"""One written form for what people write in many ways: ``norm_v1``, under the blind indexes.

The rules are frozen: another rule is another version, and an index rotation. Each function returns ``None``, or
nothing, for what has no form: an absent value has no index, never the index of an empty text.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

import idna
import phonenumbers

NORM_VERSION = 1
SEPARATOR = "\x1f"
"""Between the parts of a compound value; no part contains it."""

_LONGEST_EMAIL = 254  # RFC 5321 4.5.3.1.3, without the angle brackets.
_LONGEST_PHONE = 40
_LONGEST_NAME = 128
_LONGEST_EXTERNAL = 256
_MOST_PARTS = 6
_COMMON = 0x2200  # Alphabets and marks of Europe, and general punctuation.
_CACHED_NAMES = 32_768  # A campaign's first names, common surnames, birth dates; some 12 MB of memory, nothing on disk.

_DOMAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")  # A lone surrogate has no UTF-8 form.
_PHONE_SEPARATORS = re.compile(r"\(0\)|[\s./()_\u2010-\u2013\u200b-\u200f\u202a-\u202e\u2060\ufeff-]")
_PHONE = re.compile(r"\+?[0-9]+")
_TEXTED = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    phonenumbers.PhoneNumberType.UNKNOWN,  # A French range that is younger than the table.
}
_FRENCH_PHONE = re.compile(r"(?:(?:\+|00)?(?:33|262|590|594|596))?0?([1-9][0-9]{8})")
_OVERSEAS = {
    "262": "262", "263": "262", "269": "262", "639": "262", "692": "262", "693": "262",
    "590": "590", "690": "590", "691": "590",
    "594": "594", "694": "594",
    "596": "596", "696": "596", "697": "596",
}  # fmt: skip

_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
_APOSTROPHES = str.maketrans(
    dict.fromkeys("\u02b9\u02bb\u02bc\u02bd\u02c8", " ")
)  # Letters to Unicode, apostrophes to whoever typed them.


class _Marks(dict[int, int | None]):
    """Marks and what shows nothing, taken out of a text; a character of a common alphabet is looked up once."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"} else code
        if code < _COMMON:
            self[code] = kept
        return kept


_MARKS = _Marks()
_PARTICLES = frozenset("al d da de del della den der des di do dos du el l la las le les los van von zu".split())
_SAINTS = {"st": "saint", "ste": "sainte"}
_GIVEN_NAME_ENDS = str.maketrans(",;", "  ")
_NO_LETTER = re.compile(r"[\W_]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def email(text: str) -> str | None:
    """Return the address: local part case-folded, domain as lower-case A-labels; dots and ``+tag`` stay."""
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    if not local or not at or "@" in local or _UNFIT.search(local):
        return None
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except UnicodeError:
            return None
    address = f"{_fold_case(local)}@{domain.lower()}"
    return address if _DOMAIN.fullmatch(domain.lower()) and len(address) <= _LONGEST_EMAIL else None


def phone(text: str) -> str | None:
    """Return the number in E.164; overseas numbers by their prefix, the rest as ``phonenumbers`` knows it there."""
    digits = _PHONE_SEPARATORS.sub("", text[:_LONGEST_PHONE])
    if len(text) > _LONGEST_PHONE or not _PHONE.fullmatch(digits):
        return None
    french = _FRENCH_PHONE.fullmatch(digits)
    if french:
        return _place_overseas(french[1])
    try:
        number = phonenumbers.parse(digits, "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def takes_texts(text: str) -> bool:
    """Tell whether a text message may reach a number: a mobile's, not a landline's nor one that costs who calls it."""
    number = phone(text)
    return number is not None and phonenumbers.number_type(phonenumbers.parse(number)) in _TEXTED


@lru_cache(_CACHED_NAMES)
def surname_forms(text: str) -> tuple[str, ...]:
    """Return the forms a surname is found by, the fullest first: whole, without particles, each part of a compound."""
    tokens = _tokens(text)
    bare = [token for token in tokens if token not in _PARTICLES] or tokens[-1:]
    parts = [token for token in bare[:_MOST_PARTS] if len(token) > 1 and token not in _SAINTS.values()]
    return tuple(dict.fromkeys(form for form in (" ".join(tokens), " ".join(bare), *parts) if form))


def first_name_forms(text: str) -> tuple[str, ...]:
    """Return the forms of the first of the given names: whole, and its first part if it is a compound.

    Spaces and commas part given names, hyphens join a compound: « Marie-Hélène, Jeanne » gives ``marie helene`` and
    ``marie``.
    """
    first = text.partition(" ")[0]
    # Nearly every name: letters up to the first space hold none of what ends a given name.
    if first.isalpha() and (forms := given_name_forms(first)):
        return forms
    for given in text.translate(_GIVEN_NAME_ENDS).split():
        if forms := given_name_forms(given):
            return forms
    return ()


@lru_cache(_CACHED_NAMES)
def given_name_forms(given: str) -> tuple[str, ...]:
    """Return the forms of one given name: whole, and its first part if it is a compound."""
    tokens = _tokens(given)
    return tuple(dict.fromkeys((" ".join(tokens), tokens[0]))) if tokens else ()


@lru_cache(_CACHED_NAMES)
def birth_date(text: str) -> str | None:
    """Return a whole ISO date. One with an unknown day or month, such as 1953-00-00, tells too little to match by."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def external_id(text: str) -> str | None:
    """Return ``system<US>id``: the system in lower case, the id exactly as that system writes it."""
    system, _, number = text.partition(SEPARATOR)
    system, number = _system(system), number.strip()
    # What prints and has no blank is fit; the slower question is put to the rest.
    fit = (number.isprintable() and " " not in number) or not _UNFIT.search(number)
    return f"{system}{SEPARATOR}{number}" if system and number and fit and len(text) <= _LONGEST_EXTERNAL else None


@lru_cache(64)
def _system(text: str) -> str:
    system = text.strip().lower()
    return "" if _UNFIT.search(system) else system


def _place_overseas(national: str) -> str:
    if national.startswith("508"):  # Saint-Pierre-et-Miquelon dials its own code as the prefix: 0508 41 12 34.
        return f"+{national}"
    return f"+{_OVERSEAS.get(national[:3], '33')}{national}"


def _tokens(text: str) -> list[str]:
    if len(text) > _LONGEST_NAME:
        return []
    return [_SAINTS.get(token, token) for token in _fold_letters(text).split()]


def _fold_letters(text: str) -> str:
    """Fold to lower-case letters without marks; all that is no letter or digit becomes a space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _fold_case(unicodedata.normalize("NFKC", text)))
        text = text.translate(_MARKS).translate(_LETTERS).translate(_APOSTROPHES)
    return _NO_LETTER.sub(" ", text.lower())


def _fold_case(text: str) -> str:
    """Fold so that canonically equal texts stay equal (Unicode D145)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
