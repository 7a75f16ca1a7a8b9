"""Backups at the command line: made, restored, rehearsed."""

import dataclasses
from argparse import Namespace
from pathlib import Path

from cli.answer import FAILED, Answer
from cli.opening import opened, settings_of
from cli.words import say, table
from installation.backup import make_backup
from installation.rehearse import rehearse as rehearse_restoration
from installation.restore import Wanted, restore_installation
from kernel.errors import Invalid


def make(given: Namespace) -> Answer:
    """Make a backup: two artefacts, data and keys, each sealed to its recipients."""
    if not given.out or not given.data_recipient or not given.keys_recipient:
        message = "name the folder and the recipients: --out FOLDER --data-recipient age1… --keys-recipient age1…"
        raise Invalid(message)
    with opened(given) as installation:
        made = make_backup(
            installation,
            Path(given.out),
            data_recipients=given.data_recipient,
            keys_recipients=given.keys_recipient,
            keys_days=given.keys_days,
        )
    lines = [say(f"Sauvegarde {made.backup.name} : données et clés à part.", f"Backup {made.backup.name}.")]
    lines += [say(f"Supprimé, à échéance : {name}", f"Deleted, past its day: {name}") for name in made.pruned]
    return Answer({"backup": dataclasses.asdict(made.backup), "pruned": made.pruned}, lines)


def restore(given: Namespace) -> Answer:
    """Restore into an empty place, replay the erasure ledger, and only then let anything be served."""
    wanted = Wanted(
        folder=Path(given.folder),
        name=given.name,
        identities=[Path(one) for one in given.identity],
        checkpoint=Path(given.checkpoint) if given.checkpoint else None,
    )
    done = restore_installation(settings_of(given), wanted)
    french = f"Restauré : données {done.data}, clés {done.keys}. Effacés à nouveau par le registre : {done.erased}."
    lines = [say(french, f"Restored: data {done.data}, keys {done.keys}. Erased again by the ledger: {done.erased}.")]
    return Answer(dataclasses.asdict(done), lines)


def rehearse(given: Namespace) -> Answer:
    """Prove on a scratch database that what is backed up now can be restored, and note the result."""
    with opened(given) as installation:
        found = rehearse_restoration(installation)
    good, bad = say("tient", "holds"), say("NE TIENT PAS", "DOES NOT HOLD")
    rows = [(str(one.campaign), good if one.holds else bad, f"{one.contacts}", f"{one.seconds} s") for one in found]
    data = {"rehearsals": [{**dataclasses.asdict(one), "holds": one.holds} for one in found]}
    return Answer(data, table(rows), code=0 if all(one.holds for one in found) else FAILED)
