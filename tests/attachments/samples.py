"""Small files of every type that is taken, and the parts that bad ones are made of."""

import struct
import zlib
from pathlib import Path
from uuid import UUID

from attachments.add import NewAttachment, add_attachments
from attachments.intake import Intake
from attachments.kinds import Kind
from attachments.reveal import reveal_attachments
from contacts.restrict import who_is_restricted
from kernel.identity import PersonId
from tests.factories import World

PDF = "application/pdf"
MOST = 1 << 20


def pdf(*objects: bytes, end: bytes = b"%%EOF\n") -> bytes:
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + body + b"trailer\n<</Root 1 0 R>>\nstartxref\n9\n" + end


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[]/Count 0>>"
PLAIN_PDF = pdf(CATALOG, PAGES)
JAVASCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def objects_stream(
    text: bytes, dictionary: bytes = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length 99>>"
) -> bytes:
    """Return an object that is a stream of compressed objects (ISO 32000-1, 7.5.7)."""
    return dictionary + b"\nstream\n" + zlib.compress(text) + b"\nendstream"


def image_stream(content: bytes) -> bytes:
    return b"<</Subtype/Image/Filter/DCTDecode/Length %d>>\nstream\n" % len(content) + content + b"\nendstream"


def jpeg(scan: bytes = b"\x12\xff\x00\x34", comment: bytes = b"") -> bytes:
    segments = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    if comment:
        segments += b"\xff\xfe" + struct.pack(">H", 2 + len(comment)) + comment
    return b"\xff\xd8" + segments + b"\xff\xda" + struct.pack(">H", 8) + bytes(6) + scan + b"\xff\xd9"


def png_chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*between: bytes) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(between) + pixels + png_chunk(b"IEND")


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def heic(*more: bytes) -> bytes:
    return (
        box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
        + box(b"meta", bytes(20))
        + box(b"mdat", bytes(40))
        + b"".join(more)
    )


TIFF = b"II*\0" + struct.pack("<I", 8) + bytes(30)
ARCHIVE_END = b"PK\x05\x06" + bytes(18)

GOOD = {
    "pdf": (PDF, PLAIN_PDF),
    "jpeg": ("image/jpeg", jpeg()),
    "png": ("image/png", png()),
    "tiff": ("image/tiff", TIFF),
    "heic": ("image/heic", heic()),
}


def scan_of(size: int) -> bytes:
    """Return a PDF of about that size: a page with a picture of noise that repeats."""
    noise = bytes((number * 7 + number // 251) % 251 for number in range(4096))
    return pdf(CATALOG, PAGES, image_stream((noise * (size // 4096 + 1))[:size]))


def uploads(world: World) -> Path:
    return world.installation.settings.upload_dir


def added(
    world: World,
    content: bytes = PLAIN_PDF,
    *,
    kind: Kind = Kind.FORM,
    contact: PersonId | None,
    purpose: str = "contact_management",
) -> UUID:
    """Take a file in and store it."""
    with Intake(uploads(world), world.campaign, PDF, MOST * 16) as intake:
        for start in range(0, len(content), 10_000):
            intake.take(content[start : start + 10_000])
        taken = intake.finish()
        with world.register.open(world.actor, purpose) as processing:
            return add_attachments(processing, [NewAttachment(kind, contact, taken)])[0]


def content_of(world: World, attachment: UUID, purpose: str = "contact_management") -> bytes | None:
    with world.register.open(world.actor, purpose) as processing:
        (revealed,) = reveal_attachments(processing, [attachment], uploads(world), who_is_restricted)
    return None if revealed is None else b"".join(revealed.content())
