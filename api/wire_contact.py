"""A contact on the wire: what comes in, what goes out, what became of it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import (
    NEXT,
    BirthDate,
    CategoryWord,
    Commune,
    Email,
    Finding,
    Held,
    LeftOut,
    Line,
    Name,
    NeedWord,
    OriginNumber,
    Phone,
    PollingStation,
    Problem,
    ProblemError,
    Text,
    Wire,
)
from api.wire_said import Level, SaidConsents

Many = Field(min_length=1, max_length=50)


class Address(Wire):
    """A postal address, in the parts that French files have."""

    number: Line | None = Field(default=None, examples=["3 bis"])
    street: Line | None = Field(default=None, examples=["rue des Lilas"])
    complement1: Line | None = Field(default=None, examples=["bâtiment B"])
    complement2: Line | None = Field(default=None, examples=["2e étage"])
    locality: Line | None = Field(default=None, examples=["Le Bourg"])
    postcode: Line | None = Field(default=None, examples=["75011"])
    city: Line | None = Field(default=None, examples=["Paris"])
    country: Line | None = Field(default=None, examples=["France"])


class ExternalId(Wire):
    """The number a contact has in another system."""

    system: Name = Field(examples=["nationbuilder"])
    id: Line = Field(examples=["10482"])


class Need(Wire):
    """A need, never a diagnosis; it leaves after the event."""

    need: NeedWord = Field(examples=["step_free_access"])
    event_on: date = Field(examples=["2027-03-01"])


class ContactFields(Wire):
    """The built-in fields; one that is absent, or null, is not there."""

    last_name: Line | None = Field(default=None, examples=["Dupont"])
    usage_name: Line | None = Field(default=None, examples=["Martin"])
    first_names: Line | None = Field(default=None, examples=["Marie-Hélène, Jeanne"])
    sex: Literal["F", "M"] | None = Field(default=None, examples=["F"])
    birth_date: BirthDate | None = Field(default=None, examples=["1953-00-00"])
    address: Address | None = None
    email: Annotated[list[Email], Many] | None = Field(default=None, examples=[["marie.dupont@example.org"]])
    phone: Annotated[list[Phone], Many] | None = Field(default=None, examples=[["+33 6 39 98 01 02"]])
    roll_number: Line | None = Field(default=None, examples=["000421"])
    note: Annotated[list[Text], Many] | None = Field(default=None, examples=[["prefers to be called in the evening"]])
    support_level: Line | None = Field(default=None, examples=["2"])
    membership: Line | None = Field(default=None, examples=["2026"])
    profession: Line | None = Field(default=None, examples=["institutrice"])
    social_handle: Annotated[list[Line], Many] | None = Field(default=None, examples=[["@exemple"]])
    title: Line | None = Field(default=None, examples=["Mme"])
    accessibility_need: Need | None = None
    external_id: Annotated[list[ExternalId], Many] | None = None
    volunteer_task: Annotated[list[Line], Many] | None = Field(default=None, examples=[["tractage"]])
    theme: Annotated[list[Line], Many] | None = Field(default=None, examples=[["transports"]])
    list_type: Literal["LP", "LCM", "LCE"] | None = Field(default=None, examples=["LP"])
    event: Annotated[list[Line], Many] | None = Field(default=None, examples=[["réunion publique du 3 mars"]])
    language: Line | None = Field(default=None, examples=["fr"])
    party: Line | None = Field(default=None, examples=["Parti d'exemple"])
    turnout: Line | None = Field(default=None, examples=["T1"])
    website: Line | None = Field(default=None, examples=["https://example.org"])
    employer: Line | None = Field(default=None, examples=["Mairie d'Exemple"])


class NewContact(Wire):
    """A contact proposed: the law is asked about all of it."""

    category: CategoryWord = Field(description="A category of person, of GET /v1/law", examples=["regular"])
    origin: OriginNumber = Field(description="The number of a declared origin", examples=[1])
    fields: ContactFields = Field(
        examples=[{"last_name": "Dupont", "first_names": "Marie", "email": ["marie.dupont@example.org"]}],
    )
    custom: dict[Name, Line] = Field(default={}, max_length=50, examples=[{"canvass_team": "nord"}])
    tags: list[Name] = Field(default=[], max_length=50, examples=[["volunteer"]])
    commune: Commune | None = Field(default=None, description="INSEE code", examples=["75056"])
    polling_station: PollingStation | None = Field(default=None, examples=["0012"])
    consents: SaidConsents = Field(default=[])


class ContactChange(Wire):
    """A merge patch (RFC 7396): what is null goes, what is absent stays. A list is replaced as a whole."""

    origin: OriginNumber = Field(description="The origin of the change itself", examples=[1])
    category: CategoryWord | None = Field(default=None, examples=["member"])
    fields: ContactFields = Field(default=ContactFields(), examples=[{"title": "Mme", "phone": None}])
    custom: dict[Name, Line | None] = Field(default={}, max_length=50, examples=[{"canvass_team": None}])
    commune: Commune | None = Field(default=None, examples=["75056"])
    polling_station: PollingStation | None = Field(default=None, examples=["0012"])
    consents: SaidConsents = Field(default=[])


class Provenance(Wire):
    """Where one value comes from, and when it was obtained."""

    origin: int = Field(examples=[1])
    obtained_on: date = Field(examples=["2026-11-01"])


class Contact(Wire):
    """A contact as the declared purpose may see it."""

    id: UUID = Field(examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    category: str | None = Field(description="Nothing while the contact is withheld", examples=["regular"])
    fields: ContactFields
    custom: dict[str, str] = Field(examples=[{"canvass_team": "nord"}])
    provenance: dict[str, list[Provenance]] = Field(
        description="For each field, one item for each of its values, in their order",
        examples=[{"last_name": [{"origin": 1, "obtained_on": "2026-11-01"}]}],
    )
    tags: list[str] = Field(examples=[["volunteer"]])
    commune: str | None = Field(examples=["75056"])
    polling_station: str | None = Field(examples=["0012"])
    flagged: bool = Field(description="It resembles another contact: a person must look", examples=[False])
    withheld: Literal["restricted", "expired", "archived"] | None = Field(
        description="Why nothing is shown", examples=[None]
    )
    due_on: date | None = Field(description="The day the contact must go", examples=["2029-11-01"])
    created_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])
    updated_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])
    revision: int = Field(examples=[1])


class RecordedContact(Wire):
    """What became of a contact proposed, cell by cell."""

    id: UUID = Field(examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    result: Literal["created", "updated", "unchanged"] = Field(examples=["created"])
    flagged: bool = Field(examples=[False])
    refused: list[LeftOut]
    held: list[Held] = Field(description="Left out until a person has decided")
    dropped: list[Finding] = Field(description="Left at the door: not needed")
    consents: list[Level] = Field(description="How far what was said is trusted, in order", examples=[["claimed"]])


class ContactBatch(Wire):
    """Contacts proposed together. Each is read by itself: one that has another form does not hold up the others."""

    contacts: Annotated[list[Any], Field(min_length=1, max_length=1000)] = Field(
        description="Each as for POST /v1/contacts",
        examples=[[{"category": "regular", "origin": 1, "fields": {"last_name": "Dupont"}}]],
        json_schema_extra={"items": {"$ref": "#/components/schemas/NewContact"}},
    )


class BatchItem(Wire):
    """What became of one contact of a batch, or of one line of a stream."""

    place: int = Field(description="Its place in the batch, or its line, from 0", examples=[0])
    id: UUID | None = Field(examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    result: Literal["created", "updated", "unchanged", "restricted", "refused", "invalid"] = Field(examples=["created"])
    flagged: bool = Field(examples=[False])
    refused: list[LeftOut]
    held: list[Held]
    dropped: list[Finding]
    consents: list[Level] = Field(description="As for one contact; none if not recorded", examples=[["claimed"]])
    errors: list[ProblemError] = Field(description="What is wrong with the form of one that is invalid")


class BatchResult(Wire):
    """What became of each contact of a batch, in order."""

    results: list[BatchItem]


class ChangedContact(Wire):
    """What became of a change, cell by cell."""

    id: UUID = Field(examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    revision: int = Field(examples=[2])
    refused: list[LeftOut]
    held: list[Held]
    dropped: list[Finding]
    consents: list[Level] = Field(description="As for a contact recorded", examples=[[]])


class Rewrite(Wire):
    """Words put differently, in place of those that were left out; they join what the contact has."""

    origin: OriginNumber = Field(examples=[1])
    field: Annotated[str, StringConstraints(pattern=r"^(custom:)?[a-z][a-z0-9_\-]{0,62}$")] = Field(
        description="A field of words: note, profession, custom:NAME...", examples=["note"]
    )
    text: Text = Field(examples=["Rappeler en soirée."])


class Restriction(Wire):
    """Why a contact is put out of use (GDPR art. 18(1))."""

    ground: Literal["accuracy_contested", "unlawful_not_erased", "needed_for_claims", "objection_pending"] = Field(
        examples=["objection_pending"],
    )


class ContactSearch(Wire):
    """What is known of the one person looked for: an exact address or number, or the whole name."""

    email: Email | None = Field(default=None, examples=["marie.dupont@example.org"])
    phone: Phone | None = Field(default=None, examples=["06 39 98 01 02"])
    external_id: ExternalId | None = None
    last_name: Line | None = Field(default=None, examples=["Dupont"])
    first_names: Line | None = Field(default=None, examples=["Marie"])
    birth_date: BirthDate | None = Field(default=None, examples=["1953-04-02"])
    commune: Commune | None = Field(default=None, examples=["75056"])
    reason: Line | None = Field(
        default=None,
        description="Why; a search by name needs it. It is kept sealed in the log.",
        examples=["the person asked for access"],
    )


class FoundContacts(Wire):
    """The contacts that agree with everything the search said."""

    contacts: list[Contact]


class LastLine(Wire):
    """The last line of a stream of contacts."""

    next: str = NEXT


class BrokenOff(Wire):
    """The last line of a stream in which something went wrong once it had begun."""

    problem: Problem


class Contacts(Wire):
    """A page of contacts, in the order of their last change."""

    contacts: list[Contact]
    next: str = NEXT
