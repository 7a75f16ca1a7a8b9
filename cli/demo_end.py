"""The last chapters: the person is erased, the log is verified, and a forged copy is found out."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from audit.verify import Verification, verify_log
from cli.demo_story import Story
from cli.words import say
from contacts.reveal import reveal_contacts
from installation.open import Installation, open_installation

ADMINISTRATION = "administration"
_TABLES = {
    "contact": "SELECT count(*) FROM contact WHERE id = ?",
    "person_key": "SELECT count(*) FROM person_key WHERE person_id = ?",
    "contact_index": "SELECT count(*) FROM contact_index WHERE contact_id = ?",
}
_SEALED = "SELECT c.record, c.indexes, k.wrapped FROM contact c JOIN person_key k ON k.person_id = c.id WHERE c.id = ?"
_REFERENCE = "SELECT subject FROM entry WHERE event = 'contact.revealed' AND subject IS NOT NULL ORDER BY at DESC"


def erase_the_person(story: Story) -> None:
    """Erase the person, then look for her everywhere: by the product, in the file's rows, in its bytes."""
    story.chapter("L'effacer", "Erase her")
    person = story.contact.bytes
    before = _rows(story, person)
    (sealed,) = story.in_the_file(_SEALED, person)
    reference = story.in_the_file(_REFERENCE)[0][0]
    traces = _traces(story, sealed)
    erased = story.installation.eraser.erase(story.actor, "rights_request", [story.contact])
    after = _rows(story, person)
    story.promise("erased", kept=erased == 1 and not any(after.values()) and all(before.values()))
    story.tell(f"   {say('personnes effacées', 'persons erased')} : {erased}")
    story.tell(*(f"   {name} : {before[name]} -> {after[name]} {say('ligne(s)', 'row(s)')}" for name in _TABLES))
    _nothing_opens(story)
    _no_byte_remains(story, traces, _traces(story, sealed))
    _nobody_behind_the_reference(story, reference, after["person_key"])
    story.facts["erased"] = {"before": before, "after": after}


def _rows(story: Story, person: bytes) -> dict[str, int]:
    return {name: int(story.in_the_file(question, person)[0][0]) for name, question in _TABLES.items()}


def _nothing_opens(story: Story) -> None:
    with story.installation.register.open(story.actor, "contact_management") as processing:
        (shown,) = reveal_contacts(processing, [story.contact])
    story.promise("nothing.opens", kept=shown is None)
    told = say("rien", "nothing") if shown is None else say("un contact !", "a contact!")
    story.tell(f"   {say('sa lecture donne', 'reading her gives')} : {told}")


def _traces(story: Story, sealed: tuple[bytes, ...]) -> int:
    """Count how often her record, index values and wrapped key stand in the files of the folder."""
    content = [path.read_bytes() for path in sorted(story.folder.rglob("*")) if path.is_file()]
    return sum(file.count(part) for part in sealed for file in content)


def _no_byte_remains(story: Story, before: int, after: int) -> None:
    story.promise("no.byte.remains", kept=before > 0 and after == 0)
    story.tell(
        say(
            f"   octets scellés (fiche, index, clé emballée) dans tous les fichiers : {before} -> {after}",
            f"   sealed bytes (record, index, wrapped key) in all files: {before} -> {after}",
        ),
    )


def _nobody_behind_the_reference(story: Story, reference: bytes, keys: int) -> None:
    entries = story.in_the_file("SELECT count(*) FROM entry WHERE subject = ?", reference)[0][0]
    story.promise("reference.unlinked", kept=entries > 0 and keys == 0)
    story.tell(
        say(
            f"   {entries} inscriptions ont sa référence {reference.hex()[:12]}… ; clés dont la recalculer : {keys}",
            f"   {entries} entries keep her reference {reference.hex()[:12]}…; keys to compute it again from: {keys}",
        ),
    )


def verify_the_log(story: Story) -> None:
    """Sign what is new in the log, then verify everything."""
    story.chapter("Vérifier le journal", "Verify the log")
    story.installation.sequence()
    found = _verify(story, story.installation)
    story.promise("log.holds", kept=found.holds)
    story.tell(_verdict(found))


def change_one_byte(story: Story) -> None:
    """Change one byte of one entry in a copy of the database, and verify the copy."""
    story.chapter("Changer un octet d'une inscription, dans une copie", "Change one byte of an entry, in a copy")
    story.installation.database.truncate_wal()
    copy = story.folder / "copy.db"
    shutil.copyfile(story.installation.database.path, copy)
    number = _forge(copy)
    settings = story.installation.settings.model_copy(update={"database_url": f"sqlite:///{copy}"})
    with open_installation(settings) as forged:
        found = _verify(story, forged)
    told = any(f"entry {number} was changed" in problem for problem in found.problems)
    story.facts["forged"] = {"entry": number, "problems": found.problems}
    story.promise("forgery.found", kept=told)
    story.tell(f"   {say('inscription changée', 'entry changed')} : {number}", _verdict(found))


def _forge(copy: Path) -> int:
    """Change the last byte of a purpose in the middle of the log; return the entry's number."""
    middle = "SELECT number, entry_id FROM sequence ORDER BY number LIMIT 1 OFFSET (SELECT count(*) / 2 FROM sequence)"
    forge = "UPDATE entry SET purpose = substr(purpose, 1, length(purpose) - 1) || '~' WHERE id = ?"
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        number, entry = connection.execute(middle).fetchone()
        connection.execute(forge, [entry])
    return int(number)


def _verify(story: Story, installation: Installation) -> Verification:
    with installation.register.open(story.actor, ADMINISTRATION) as processing:
        return verify_log(processing, installation.checkpoints)


def _verdict(found: Verification) -> str:
    checked = say(
        f"   {found.entries} inscriptions, {found.checkpoints} points de contrôle : ",
        f"   {found.entries} entries, {found.checkpoints} checkpoints: ",
    )
    if found.holds:
        return checked + say("le journal tient", "the log holds")
    return checked + say("IL NE TIENT PAS", "IT DOES NOT HOLD") + " - " + "; ".join(found.problems)
