"""The personal part of a request: who it is about, who asks, in what words; sealed under the request's own key."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast
from uuid import UUID

from audit.processing import Processing
from crypto.personal import open_personal, seal_personal
from kernel.errors import Invalid, Unopenable
from kernel.identity import PersonId
from keys.create import Compartment, draw_person_keys, store_person_keys
from keys.open import open_person_keys
from policy.draft import Datum

Language = Literal["fr", "en"]
ADDRESS = ("street", "postcode", "city")
_TOLD, _FIRST_STEP = 1, 1_000
_LONGEST = {"details": 4_000, "street": 200, "email": 254}
_USUAL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as they named themselves: enough to be found by, and to be answered."""

    first_names: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    city: str = field(default="", repr=False)

    @property
    def data(self) -> tuple[Datum, ...]:
        """Return it as the data of a contact."""
        named = ("last_name", "first_names", "birth_date", "email", "phone")
        data = [(name, text) for name in named if (text := str(getattr(self, name)))]
        address = {name: text for name in ADDRESS if (text := str(getattr(self, name)))}
        if address:
            data.append(("address", json.dumps(address, ensure_ascii=False, separators=(",", ":"))))
        return tuple(data)

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.first_names} {self.last_name}".strip()


NOBODY = Person()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a request says: the person it is about, the one who asks where it is another, and the words."""

    person: Person = field(repr=False)
    asker: Person = field(default=NOBODY, repr=False)
    details: str = field(default="", repr=False)
    channel: str = field(default="all", repr=False)
    """What is objected to."""
    changes: tuple[Datum, ...] = field(default=(), repr=False)
    """The fields to correct, each with the right value."""
    to_asker: bool = True
    """Whether the answer may go to the one who asks for another."""

    @property
    def correspondent(self) -> Person:
        """Return whom to write to."""
        return self.asker if self.asker != NOBODY and self.to_asker else self.person


def check_told(told: Told) -> None:
    """Raise Invalid for what is too long to be meant, naming the fields and never what stood there."""
    texts = asdict(told.person) | {f"asker.{name}": text for name, text in asdict(told.asker).items()}
    texts["details"] = told.details
    long = sorted(name for name, text in texts.items() if len(text) > _LONGEST.get(name.rpartition(".")[2], _USUAL))
    if long:
        raise Invalid(f"too long: {', '.join(long)}")


def draw_key(processing: Processing, request: UUID) -> tuple[bytes, dict[str, int]]:
    """Draw a request's own key in the compartment of the rights; return it, and the rows to note."""
    drawn = draw_person_keys(processing, [PersonId(request)], Compartment.RIGHTS)
    return drawn.secrets[0], {"person_key.insert": store_person_keys(processing, drawn, [0])}


def keys_of(processing: Processing, requests: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return the keys of requests; the caller notes ``person_key.read``, one for each. Raises Unopenable."""
    found = open_person_keys(processing, [PersonId(one) for one in requests], Compartment.RIGHTS)
    if len(found) != len(set(requests)):
        raise Unopenable
    return {UUID(int=person.int): key for person, key in found.items()}


def seal_told(key: bytes, processing: Processing, request: UUID, told: Told) -> bytes:
    """Seal what a request says, bound to its row."""
    return seal_personal(key, _plain(asdict(told)), **_bound(processing, request, _TOLD))


def open_told(key: bytes, processing: Processing, row: Any) -> Told:  # noqa: ANN401 - a row
    """Open what a request says. Raises Unopenable."""
    told = json.loads(open_personal(key, row.sealed, **_bound(processing, row.id, _TOLD)))
    person, asker = Person(**told.pop("person")), Person(**told.pop("asker"))
    changes = tuple((name, value) for name, value in told.pop("changes"))
    return Told(person=person, asker=asker, changes=changes, **cast("dict[str, Any]", told))


def seal_words(key: bytes, processing: Processing, request: UUID, number: int, words: str) -> bytes | None:
    """Seal the words of a step, None where there are none."""
    if not words:
        return None
    return seal_personal(key, words.encode(), **_bound(processing, request, _FIRST_STEP + number))


def open_words(key: bytes, processing: Processing, row: Any) -> str:  # noqa: ANN401 - a row
    """Open the words of a step. Raises Unopenable."""
    if row.sealed is None:
        return ""
    number = _FIRST_STEP + row.number
    return open_personal(key, row.sealed, **_bound(processing, row.request_id, number)).decode()


def _plain(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _bound(processing: Processing, request: UUID, number: int) -> dict[str, Any]:
    return {
        "campaign": processing.campaign.bytes,
        "person": request.bytes,
        "compartment": Compartment.RIGHTS.value,
        "field": number,
    }
