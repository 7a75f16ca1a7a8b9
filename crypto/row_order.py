"""The order of an export's rows, keyed by its id: a file that leaks tells by its order alone which export it was.

No value is altered and nothing is added. Without the campaign's key the order looks like any other.
"""

import hmac
from collections.abc import Callable

from crypto.aead import IDENTIFIER_SIZE, require_size
from crypto.campaign_keys import CampaignKey

PLACE_SIZE = 16
_NAME = b"isoloir row order v1"


def row_order(key: CampaignKey, export: bytes) -> Callable[[bytes], bytes]:
    """Return what tells the place of a person's row in a chunk of this export: rows stand in the order of places.

    One key for each export (HMAC-SHA-256 of its id), and under it one place for each person. Neither is longer or
    shorter than another, so no two inputs share one form; nor has either the length of what names a person in the log.
    """
    require_size(export, IDENTIFIER_SIZE, "the id of an export")
    secret = hmac.digest(key.secret, _NAME + export, "sha256")

    def place(person: bytes) -> bytes:
        require_size(person, IDENTIFIER_SIZE, "the id of a person")
        return hmac.digest(secret, person, "sha256")[:PLACE_SIZE]

    return place
