"""The form a draft must have to be written down at all, whatever the law says of what it tells."""

import re
from collections.abc import Sequence

from kernel.errors import Invalid
from policy.draft import Draft

_COMMUNE = re.compile(r"(?:0[1-9]|[1-9]\d|2[AB])\d{3}", re.ASCII)
_STATION = re.compile(r"(?=.*\d)[0-9A-Z_-]{1,12}", re.ASCII)


def check_form(drafts: Sequence[Draft]) -> None:
    """Raise Invalid for a place that is no code, because it stands in clear, and for a text that has no UTF-8 form."""
    if not all(map(_COMMUNE.fullmatch, {draft.commune for draft in drafts if draft.commune is not None})):
        message = "commune is an INSEE code of five characters"
        raise Invalid(message)
    stations = {draft.polling_station for draft in drafts if draft.polling_station is not None}
    if not all(map(_STATION.fullmatch, stations)):
        message = "polling_station is a code of figures and capitals"
        raise Invalid(message)
    try:
        "".join([value for draft in drafts for _, value in draft.data]).encode()
    except UnicodeEncodeError:
        message = "a value holds half a character"
        raise Invalid(message) from None
