"""Attachments for tests: added, read, revealed."""

from crypto.stream import CHUNK
from tests.attachments.samples import scan_of
from tests.factories import World, dump

CANARY = b"Z\xc3\xa9bulonnette-de-la-Tour"
BIG = scan_of(5 * CHUNK + 77).replace(b"/Catalog", b"/Catalog/X(" + CANARY + b")")


def everything(world: World) -> bytes:
    """Return all that the installation has on its disk, and every row."""
    files = [path for path in world.installation.settings.data_dir.rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files) + repr(dump(world)).encode()
