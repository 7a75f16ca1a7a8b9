"""The clear columns of contacts as higher rooms may join them, for reading only, and where single fields come from."""

from collections.abc import Collection

from contacts.store.records import CONTACT
from crypto.layout import origins_of

__all__ = ["CONTACT", "origins_of_fields"]


def origins_of_fields(record: bytes, codes: Collection[int]) -> frozenset[int]:
    """Return from which origins the fields of these codes came; headers are bound by the seal, and stand in clear."""
    return origins_of(record, codes)
