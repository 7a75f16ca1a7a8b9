"""People to erase, and what must not remain of them."""

from crypto.layout import HEADER, PREFIX, headers
from kernel.identity import PersonId
from tests.factories import World, raw

CANARY = "Zébulonnette"


def erase(world: World, *persons: PersonId) -> int:
    return world.installation.eraser.erase(world.actor, "rights_request", persons)


def telling(number: int) -> tuple[tuple[str, str], ...]:
    return (("last_name", f"{CANARY}{number}"), ("first_names", "Marie"), ("email", f"{CANARY}{number}@example.org"))


def secrets_of(world: World, persons: list[PersonId]) -> set[bytes]:
    """Return what must not remain of these persons: sealed records, wrapped keys, index values, references' salts."""
    found: set[bytes] = set()
    with raw(world.url, world.campaign) as database:
        for person in persons:
            (record_, indexes) = database.run("SELECT record, indexes FROM contact WHERE id = ?", person)[0]
            ((wrapped,),) = database.run("SELECT wrapped FROM keys.person_key WHERE person_id = ?", person)
            # Headers are alike in many records; bodies are nobody else's. Pieces catch what was torn by a page's end.
            sealed = bytes(record_)[PREFIX.size + len(headers(record_)) * HEADER.size :]
            found |= {sealed[start : start + 24] for start in range(0, len(sealed) - 24, 24)}
            found |= {bytes(wrapped), bytes(wrapped)[12:44]}
            found |= {bytes(indexes)[start : start + 8] for start in range(0, len(indexes), 8)}
    return found


def bytes_on_disk(world: World) -> bytes:
    return b"".join(path.read_bytes() for path in world.installation.settings.data_dir.rglob("*") if path.is_file())


def remaining(world: World, secrets: set[bytes]) -> int:
    disk = bytes_on_disk(world)
    return sum(secret in disk for secret in secrets)
