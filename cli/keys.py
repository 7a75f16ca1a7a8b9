"""Rotate keys on line; a rotation that was interrupted is taken up where it was."""

from argparse import Namespace

from accounts.staff.indexing import rotate_staff_index
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.parser import ROOT
from cli.words import say
from contacts.reindex import rotate_index_keys
from installation.open import Installation
from kernel.actor import operator_in
from kernel.gate import only_one
from keys.rotate_kek import rotate_kek
from keys.rotate_root import rotate_root


def rotate(given: Namespace) -> Answer:
    """Rotate the root key of all campaigns, or one campaign's key-encryption or index keys."""
    with (
        opened(given) as installation,
        only_one(installation.settings.data_dir / "rotation.lock", "isoloir keys rotate"),
    ):
        return _root(installation) if given.which == ROOT else _campaign(installation, given)


def _root(installation: Installation) -> Answer:
    done = rotate_root(installation.register, installation.provider, installation.campaigns, operator_in)
    text = say(
        f"Clé racine en version {done.version}, {done.rewrapped} clés de campagne réemballées, versions anciennes "
        "détruites : aucune copie antérieure de la base ne s'ouvre plus.",
        f"Root key at version {done.version}, {done.rewrapped} campaign keys wrapped anew, older versions destroyed: "
        "no earlier copy of the database opens any more.",
    )
    return Answer({"rotated": ROOT, "version": done.version, "rewrapped": done.rewrapped}, [text])


def _campaign(installation: Installation, given: Namespace) -> Answer:
    actor = operator_of(installation, given)
    rotation = {"kek": rotate_kek, "index": rotate_index_keys}[given.which]
    parts = (installation.register, installation.provider, actor, installation.wait_for_all_processes)
    moved = rotation(*parts)
    if given.which == "index":
        moved += rotate_staff_index(*parts)
    text = say(
        f"Clés « {given.which} » changées, {moved} personnes reprises, versions anciennes détruites.",
        f"Keys {given.which!r} rotated, {moved} persons moved, older versions destroyed.",
    )
    return Answer({"rotated": given.which, "moved": moved}, [text])
