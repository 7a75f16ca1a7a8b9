"""Answer a person: compile the dossier, put its forms into an archive, and let it wait for them.

Setting pages takes a third of a second: it happens between two processings, so that nobody waits for it. Whoever is
erased meanwhile gets no archive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from attachments.content import EXTENSIONS
from attachments.reveal import RevealedAttachment, reveal_attachments
from audit.processing import Processing
from audit.register import Register
from contacts.mailbox import sole_mailbox
from contacts.restrict import who_is_restricted
from deliveries.deliver import Language, Waiting, deliver_file
from dossiers.compile import Dossier, compile_dossier
from dossiers.forms import Paper, as_archive
from kernel.actor import Actor
from kernel.identity import PersonId

_MOST = 50 << 20
"""Bytes of papers in one archive; what is beyond is in the list, and is given on request."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where answers are made: the register, the folder for sealed copies, and where the pages stand."""

    register: Register
    folder: Path
    public_url: str


def archive_of(desk: Desk, actor: Actor, purpose: str, person: PersonId) -> tuple[Dossier, bytes]:
    """Return a person's dossier and its archive, with the papers that are kept. Raises NotFound, Forbidden."""
    revealed: Sequence[RevealedAttachment] = ()
    try:
        with desk.register.open(actor, purpose) as processing:
            (dossier,) = compile_dossier(processing, [person])
            revealed = _reveal(processing, dossier, desk.folder)
        papers = [_paper(one) for one in revealed]
    finally:
        for one in revealed:
            one.close()
    return dossier, as_archive(dossier.document, papers)


def answer_person(desk: Desk, actor: Actor, purpose: str, person: PersonId, language: Language = "fr") -> Waiting:
    """Make a person's archive, let it wait for them, and write to the mailbox that is known to be theirs alone.

    An address that several persons share leads nobody to it. Raises NotFound, Forbidden.
    """
    _, archive = archive_of(desk, actor, purpose, person)
    with desk.register.open(actor, purpose) as processing:
        address = sole_mailbox(processing, person)
        return deliver_file(processing, person, archive, address, desk.public_url, language)


def _reveal(processing: Processing, dossier: Dossier, folder: Path) -> list[RevealedAttachment]:
    chosen, size = [], 0
    for one in dossier.document["attachments"]:
        size += one["size"]
        if size <= _MOST:
            chosen.append(UUID(one["id"]))
    found = reveal_attachments(processing, chosen, folder, who_is_restricted) if chosen else []
    return [one for one in found if one is not None]


def _paper(one: RevealedAttachment) -> Paper:
    return EXTENSIONS[one.attachment.media_type], b"".join(one.content())
