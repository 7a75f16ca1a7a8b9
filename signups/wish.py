"""What somebody typed into a public page, sealed until their mailbox answers."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, cast
from uuid import UUID

from crypto.campaign_keys import CampaignKeys
from crypto.value import open_value, seal_value
from kernel.identity import PersonId
from signups.letters import Language

PURPOSE = "signup"
"""The purpose of the campaign key that seals wishes, and digests the secrets of their links."""
ADDRESS = ("street", "postcode", "city")
SIGN_UP, STOP_SOME, STAY = "signup", "preferences", "stay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An address, and for a sign-up what was agreed to and who it is."""

    email: str = field(repr=False)
    language: Language
    first_names: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    channels: tuple[str, ...] = ()
    canvasser: str = ""
    """The id of whoever of the team knocked, where the form was filled in at the door."""
    person: str = ""
    """Whom a question was put to, where it was ours."""

    @property
    def contact(self) -> PersonId:
        """Return whom a question was put to."""
        return PersonId(UUID(self.person))

    @property
    def data(self) -> tuple[tuple[str, str], ...]:
        """Return what was typed as the data of a contact."""
        named = ("last_name", "first_names", "email", "phone")
        data = [(name, text) for name in named if (text := str(getattr(self, name)))]
        address = {name: text for name in ADDRESS if (text := str(getattr(self, name)))}
        if address:
            data.append(("address", json.dumps(address, ensure_ascii=False, separators=(",", ":"))))
        return tuple(data)


def seal_wish(keys: CampaignKeys, signup: UUID, wish: Wish) -> bytes:
    """Seal a wish for its row."""
    plain = json.dumps(asdict(wish), ensure_ascii=False).encode()
    return seal_value(keys.active(PURPOSE), context=keys.campaign + signup.bytes, plain=plain)


def open_wish(keys: CampaignKeys, row: Any) -> Wish:  # noqa: ANN401 - a row
    """Open the wish of a row. Raises Unopenable."""
    told = json.loads(open_value(keys, PURPOSE, keys.campaign + row.id.bytes, row.sealed))
    channels = tuple(told.pop("channels"))
    return Wish(channels=channels, **cast("dict[str, Any]", told))
