"""Walk the holdings: whatever any of them brings out of a person belongs in the dossier, known here or not."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from audit.processing import Processing
from holdings.holding import HOLDINGS, Concern
from kernel.identity import PersonId

Found = Mapping[str, Sequence[Any]]
"""What each holding has of one person, by its name."""


def gather(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, Found]:
    """Return what every holding has of these persons; each notes what it read. Raises Forbidden."""
    found: dict[PersonId, dict[str, Sequence[Any]]] = {}
    for holding in HOLDINGS:
        if holding.export is None or holding.concern is not Concern.CONTACT:
            continue
        for person, told in holding.export(processing, persons).items():
            found.setdefault(person, {})[holding.name] = told
    return {person: found[person] for person in persons if person in found}


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a holding brings out
    """Return what JSON can hold: of bytes, only how many there are."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return _simple(value)


def _simple(value: Any) -> Any:  # noqa: ANN401 - what is no collection
    if isinstance(value, bytes):
        return f"{len(value)} B"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
