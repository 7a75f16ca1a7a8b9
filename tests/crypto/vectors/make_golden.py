"""Print our own golden values: ``python -m tests.crypto.vectors.make_golden > tests/crypto/vectors/golden_1.json``.

Run it for a new format version only, into a new file. The old file stays as long as data of that format may exist.
"""

import json
import sys

from crypto.campaign_keys import CampaignKey, wrap_campaign_key
from crypto.index import blind
from crypto.person_keys import subject_reference, unsafe_wrap_person_keys
from crypto.provider import unsafe_wrap_under
from crypto.record import unsafe_seal_records
from crypto.stream import ChunkSealer, unsafe_wrap_file_key
from crypto.value import unsafe_seal_value
from tests.crypto.factories import CAMPAIGN, FIELDS, KEY, NONCES, PERSON, campaign_keys, secret
from tests.crypto.records import framed

CONTEXT = b"entry 1"
PLAIN = "détail".encode()
NORMALISED = "garcia\x1fmarie"
ROOTS = {3: secret("root 3")}
FILE = bytes(range(32, 48))


class FixedNonceProvider:
    """Wraps under one root and one nonce, so that the same bytes come out."""

    def current(self) -> int:
        return 3

    def versions(self) -> tuple[int, ...]:
        return (3,)

    def wrap(self, plain: bytes, context: bytes) -> tuple[int, bytes]:
        return 3, unsafe_wrap_under(ROOTS, 3, plain, context, NONCES[0])

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        raise NotImplementedError

    def rotate(self) -> int:
        raise NotImplementedError

    def destroy(self, version: int) -> None:
        raise NotImplementedError


def make_golden() -> dict[str, str]:
    """Return the values of all formats in hexadecimal."""
    keys = campaign_keys()
    entry = framed(KEY, PERSON, 4, FIELDS, generation=2)
    record = unsafe_seal_records([entry], campaign=CAMPAIGN, nonces=iter(NONCES))[0]
    wrapped = unsafe_wrap_person_keys(keys, [(PERSON, 1, 2, KEY)], NONCES[:1])[1][0]
    key = CampaignKey("kek", 5, "active", secret("kek 5"))
    value = unsafe_seal_value(keys.active("audit:body"), context=CONTEXT, plain=PLAIN, nonce=NONCES[0])
    index = blind(keys, "index:name_first", [NORMALISED], [1])[0]
    sealer = ChunkSealer(KEY, campaign=CAMPAIGN, file=FILE)
    file = [*sealer.add(PLAIN), sealer.end()]
    return {
        "file_format_1": b"".join(file).hex(),
        "wrapped_file_key_format_1": unsafe_wrap_file_key(
            secret("owner"), campaign=CAMPAIGN, file=FILE, key=KEY, nonce=NONCES[0]
        ).hex(),
        "record_format_1": record.hex(),
        "wrapped_person_key_format_1": wrapped.hex(),
        "wrapped_campaign_key_format_1": wrap_campaign_key(FixedNonceProvider(), CAMPAIGN, key)[1].hex(),
        "value_format_1": value.hex(),
        "index_norm_v1": index.to_bytes(8, "big", signed=True).hex(),
        "subject_reference_v1": subject_reference(keys, PERSON, KEY).hex(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(make_golden(), indent=2) + "\n")
