"""One person about whom something is kept in every place that can hold it."""

from uuid import UUID

from attachments.kinds import Kind as AttachmentKind
from audit.events import Event
from audit.note import Note
from consent.oppositions import NewOpposition, record_oppositions
from contacts.lasting.endings import record_endings
from contacts.lasting.holds import HoldReason, place_hold
from contacts.record import record_contacts
from kernel.identity import PersonId, random_uuid
from messages.letter import Letter
from messages.queue import queue_letters
from outreach.words import Channel, Kind, MessageKind
from recipients.tickets import Act, open_tickets
from rights.file import Person, Told
from rights.give import give_document
from rights.identity import doubt_identity
from rights.receive import NewRequest, receive_requests
from rights.words import Kind as RightsKind
from rights.words import Way
from tests.attachments.samples import PLAIN_PDF, added
from tests.consent_making import by_form, keep
from tests.factories import MANAGING, World, raw, recorded, supporter
from tests.outreach.outreach import Outreach
from tests.reviews.test_reviews import DOUBTFUL, hold

CANARY = "Zébulonnette"


def everything_about(world: World) -> PersonId:
    """Record something about one person in every place that can hold it."""
    names = (("last_name", CANARY), ("first_names", "Marie"), ("email", f"{CANARY}@example.org"))
    (person,) = recorded(world, supporter(world, *names, ("external_id", f"crm\x1f{CANARY}7")))
    with world.register.open(world.actor, MANAGING) as processing:
        record_contacts(processing, [supporter(world, *names, ("profession", CANARY))], job=UUID(int=7))
        record_contacts(processing, [supporter(world, *names, ("profession", "soudeuse"))], job=UUID(int=8))
    outreach = Outreach(world, [person])
    letter = outreach.message(MessageKind.INVITATION, Channel.EMAIL)
    outreach.happened(Kind.SENT, message=letter)
    outreach.awaits(outreach.sending(MessageKind.INVITATION, letter), [person])
    keep(world, by_form(world, person, details={"comment": CANARY}))
    added(world, PLAIN_PDF, kind=AttachmentKind.FORM, contact=person)
    with world.register.open(world.actor, "rights_request") as processing:
        record_oppositions(processing, [NewOpposition(data=names, channel="sms")], [[person]])
        until = processing.at.replace(year=2027)
        queued = queue_letters(
            processing, [Letter(medium="email", to=f"{CANARY}@x.fr", text="t", until=until, person=person)]
        )
        processing.note(Note(event=Event.MESSAGE_CREATED, counts=queued))
        open_tickets(processing, [person], Act.RECTIFICATION, "http://127.0.0.1:1")
        place_hold(
            processing, contact=person, reason=HoldReason.CLAIMS, reference="dossier 12", expires_on=until.date()
        )
        record_endings(processing, [person], "end_of_membership", processing.today)
        asked = NewRequest(
            kind=RightsKind.ACCESS, told=Told(person=Person(last_name=CANARY)), way=Way.LETTER, contact=person
        )
        (received,) = receive_requests(processing, [asked], "http://127.0.0.1:1")
        told = {"why": "nom différent", "question": "un justificatif", "public_url": "http://127.0.0.1:1"}
        doubt_identity(processing, received.id, document=True, **told)
        give_document(processing, received.id, "application/pdf", PLAIN_PDF)
    hold(world, supporter(world, *names, ("note", DOUBTFUL)))
    _insert(world, person)
    return person


def _insert(world: World, person: PersonId) -> None:
    """Put in by hand what only longer stories make: a tag, a place in a sample, a line, a repeated request."""
    with raw(world.url, world.campaign) as database:
        database.run("INSERT INTO contact_tag (campaign_id, contact_id, tag) VALUES (?, ?, 1)", world.campaign, person)
        database.run(
            "INSERT INTO tag (campaign_id, number, name, created_at) VALUES (?, 1, 'abonné', ?)",
            world.campaign,
            "2026-01-01T00:00:00.000000+00:00",
        )
        database.run("UPDATE contact SET commune = '75056', polling_station = '0001' WHERE id = ?", person)
        database.run(
            "INSERT INTO cohort_sample (campaign_id, cohort, contact_id, finding) VALUES (?, 1, ?, 'matches')",
            world.campaign,
            person,
        )
        sheet, at = random_uuid(), "2026-11-21T12:00:00.000000+00:00"
        database.run(
            "INSERT INTO sheet (campaign_id, id, commune, purpose, eligibility_id, lines, made_at, made_by, "
            "expires_on) VALUES (?, ?, '75056', 'canvassing', ?, 1, ?, 'operator', '2026-12-05')",
            *(world.campaign, sheet, random_uuid(), at),
        )
        database.run(
            "INSERT INTO sheet_line (campaign_id, sheet_id, line, contact_id) VALUES (?, ?, 1, ?)",
            *(world.campaign, sheet, person),
        )
        database.run(
            "INSERT INTO request_key (campaign_id, digest, fingerprint, status, outcome, created_at) "
            "VALUES (?, ?, ?, 201, ?, '2026-11-21T12:00:00.000000+00:00')",
            world.campaign,
            b"d",
            b"f",
            f'["created", "{person}"]',
        )
