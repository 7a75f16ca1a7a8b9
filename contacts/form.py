"""The form a draft must have to be written down at all, whatever the law says of what it tells."""

import re
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter, itemgetter

from kernel.errors import Invalid
from policy.draft import Draft

_COMMUNE = re.compile(r"(?:0[1-9]|[1-9]\d|2[AB])\d{3}", re.ASCII)
_STATION = re.compile(r"(?=.*\d)[0-9A-Z_-]{1,12}", re.ASCII)

_PLACE, _POLLS, _DATA, _VALUE = attrgetter("commune"), attrgetter("polling_station"), attrgetter("data"), itemgetter(1)


def check_form(drafts: Sequence[Draft]) -> None:
    """Raise Invalid for a place that is no code, because it stands in clear, and for a text that has no UTF-8 form."""
    if not all(map(_COMMUNE.fullmatch, set(map(_PLACE, drafts)) - {None})):
        message = "commune is an INSEE code of five characters"
        raise Invalid(message)
    if not all(map(_STATION.fullmatch, set(map(_POLLS, drafts)) - {None})):
        message = "polling_station is a code of figures and capitals"
        raise Invalid(message)
    try:
        "".join(map(_VALUE, chain.from_iterable(map(_DATA, drafts)))).encode()
    except UnicodeEncodeError:
        message = "a value holds half a character"
        raise Invalid(message) from None
