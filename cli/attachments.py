"""Add scans, list them, bring them out, remove them."""

import os
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from attachments.add import NewAttachment, add_attachments, check_kind
from attachments.content import EXTENSIONS
from attachments.intake import Intake
from attachments.kinds import Kind
from attachments.listing import list_attachments
from attachments.remove import remove_attachments
from attachments.reveal import reveal_attachments
from cli.answer import DONE, FAILED, Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from contacts.restrict import who_is_restricted
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId

_PIECE = 1 << 16
_MORE_ENDINGS = {"jpeg": "image/jpeg", "tiff": "image/tiff", "heif": "image/heic"}
_MEDIA_TYPES = {ending: media_type for media_type, ending in EXTENSIONS.items()} | _MORE_ENDINGS


def add(given: Namespace) -> Answer:
    """Take a file in and store it sealed; its name is not kept."""
    kind, contact = Kind(given.kind), None if given.contact is None else PersonId(given.contact)
    check_kind(kind, contact)
    path = Path(given.file)
    with opened(given) as installation:
        settings = installation.settings
        actor = operator_of(installation, given, given.purpose)
        with Intake(settings.upload_dir, actor.campaign, media_type_of(path), settings.attachment_bytes) as intake:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    intake.take(piece)
            taken = intake.finish()
            with installation.register.open(actor, given.purpose) as processing:
                (added,) = add_attachments(processing, [NewAttachment(kind, contact, taken)])
    return Answer({"id": added}, [say(f"Pièce jointe scellée : {added}", f"Attachment sealed: {added}")])


def list_all(given: Namespace) -> Answer:
    """List the attachments of a contact, or those that concern none."""
    contact = None if given.contact is None else PersonId(given.contact)
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        with installation.register.open(actor, given.purpose) as processing:
            page = list_attachments(processing, contact, limit=given.limit)
    none = [say("Aucune pièce jointe.", "No attachment.")]
    rows = [
        (str(one.id), one.kind, one.state, one.media_type, str(one.size), str(one.due_on or ""))
        for one in page.attachments
    ]
    data = {"attachments": [asdict(one) for one in page.attachments], "more": page.next is not None}
    return Answer(data, table(rows) if rows else none)


def get(given: Namespace) -> Answer:
    """Bring an attachment out into a new file that only its owner reads."""
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        with installation.register.open(actor, given.purpose) as processing:
            (revealed,) = reveal_attachments(
                processing, [given.id], installation.settings.upload_dir, who_is_restricted
            )
        if revealed is None:
            message = "no such attachment in this campaign"
            raise NotFound(message)
        _write(Path(given.out), revealed.content())
    text = say(f"Pièce jointe écrite dans {given.out}", f"Attachment written to {given.out}")
    return Answer({"id": given.id, "out": given.out}, [text])


def remove(given: Namespace) -> Answer:
    """Delete attachments with their keys."""
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        with installation.register.open(actor, given.purpose) as processing:
            removed = remove_attachments(processing, given.ids)
        installation.database.truncate_wal()
    line = say(f"{removed} pièces jointes supprimées.", f"{removed} attachments removed.")
    return Answer({"removed": removed, "asked": len(given.ids)}, [line], DONE if removed else FAILED)


def media_type_of(path: Path) -> str:
    """Return the media type that a file's name ends in. Raises Invalid for a type that is not taken."""
    media_type = _MEDIA_TYPES.get(path.suffix.lower().removeprefix("."))
    if media_type is None:
        message = f"the file's name ends in none of: {', '.join(sorted(_MEDIA_TYPES))}"
        raise Invalid(message)
    return media_type


def _write(path: Path, content: Iterator[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in content:
            file.write(piece)
