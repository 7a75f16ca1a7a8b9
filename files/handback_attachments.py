"""Hand attachments back: each a file of its own, opened, and a line that says what it is and has its digest."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from attachments.content import EXTENSIONS
from attachments.listing import page_through_attachments
from attachments.reveal import RevealedAttachment, reveal_attachments
from audit.register import RESTITUTION, Register
from contacts.restrict import who_is_restricted
from kernel.actor import Actor
from kernel.errors import Conflict, Invalid

ATTACHMENTS = "attachments.ndjson"
_FOLDER = "attachments"


def write_attachments(register: Register, actor: Actor, folder: Path, uploads: Path) -> Iterator[dict[str, Any]]:
    """Write every attachment into ``folder``/attachments, each noted before its first byte; yield a line of each.

    Raises Unopenable for a file that was cut or spoilt: what cannot be returned is not destroyed unseen.
    """
    inside = folder / _FOLDER
    if inside.is_symlink():
        message = f"{_FOLDER} is a link: name another folder"
        raise Invalid(message)
    inside.mkdir(mode=0o700, exist_ok=True)
    for page in page_through_attachments(register, actor, RESTITUTION):
        for one in page:
            revealed = _reveal(register, actor, one.id, uploads)
            name = f"{_FOLDER}/{one.id}.{EXTENSIONS[one.media_type]}"
            yield {
                "id": one.id,
                "file": name,
                "sha256": _write_content(folder / name, revealed),
                "kind": one.kind,
                "contact": one.contact,
                "media_type": one.media_type,
                "size": one.size,
                "state": one.state,
                "due_on": one.due_on,
                "created_at": one.created_at,
            }


def check_attachments(folder: Path) -> None:
    """Raise Conflict unless every attachment that the list names stands in ``folder`` as it was written."""
    with (folder / ATTACHMENTS).open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            check_file(folder, told["file"], told["sha256"])


def check_file(folder: Path, name: str, sha256: str) -> None:
    """Raise Conflict unless a file of the return has the digest that it was written with."""
    try:
        with (folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        digest = ""
    if digest != sha256:
        message = f"{name} is not what was returned: nothing is destroyed until it is back in its folder"
        raise Conflict(message)


def _reveal(register: Register, actor: Actor, attachment: UUID, uploads: Path) -> RevealedAttachment:
    with register.open(actor, RESTITUTION) as processing:
        (revealed,) = reveal_attachments(processing, [attachment], uploads, who_is_restricted)
    if revealed is None:
        message = "an attachment went while the file was returned: begin again"
        raise Conflict(message)
    return revealed


def _write_content(path: Path, revealed: RevealedAttachment) -> str:
    """Write a file for its owner only, whole under its name or not at all; return its digest."""
    part, digest = path.with_name(path.name + ".part"), hashlib.sha256()
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in revealed.content():
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return digest.hexdigest()
