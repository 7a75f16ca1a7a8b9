"""Rotate keys on line; a rotation that was interrupted is taken up where it was."""

from argparse import Namespace

from accounts.staff.indexing import rotate_staff_index
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.parser import ROOT
from cli.words import say
from contacts.reindex import rotate_index_keys
from installation.open import Installation
from installation.turning import turn_root
from kernel.actor import operator_in
from kernel.errors import Invalid
from kernel.gate import only_one
from keys.rotate_kek import rotate_kek
from keys.rotate_root import rotate_root


def rotate(given: Namespace) -> Answer:
    """Rotate the root key of all campaigns, or one campaign's key-encryption or index keys.

    ``root`` destroys the older versions at once; ``--root`` keeps them until ``--root --destroy`` says so; ``--root
    --due`` does what the schedule asks for today.
    """
    if given.root == (given.which is not None) or ((given.destroy or given.due) and not given.root):
        message = "name one: isoloir keys rotate kek, index or root, or --root with or without --destroy"
        raise Invalid(message)
    with (
        opened(given) as installation,
        only_one(installation.settings.data_dir / "rotation.lock", "isoloir keys rotate"),
    ):
        if given.due:
            return _due(installation)
        if given.root or given.which == ROOT:
            return _root(installation, destroy=given.destroy or given.which == ROOT)
        return _campaign(installation, given)


def _root(installation: Installation, *, destroy: bool) -> Answer:
    register, provider = installation.register, installation.provider
    done = rotate_root(register, provider, installation.campaigns, operator_in, destroy=destroy)
    data = {"rotated": ROOT, "version": done.version, "rewrapped": done.rewrapped, "destroyed": destroy}
    if not destroy:
        kept = say(
            f"Clé racine en version {done.version}, {done.rewrapped} clés de campagne réemballées. Les versions "
            "anciennes ouvrent encore les copies antérieures : isoloir keys rotate --root --destroy les détruit.",
            f"Root key at version {done.version}, {done.rewrapped} campaign keys wrapped anew. Older versions still "
            "open earlier copies: isoloir keys rotate --root --destroy destroys them.",
        )
        return Answer(data, [kept])
    text = say(
        f"Clé racine en version {done.version}, {done.rewrapped} clés de campagne réemballées, versions anciennes "
        "détruites : aucune copie antérieure de la base ne s'ouvre plus.",
        f"Root key at version {done.version}, {done.rewrapped} campaign keys wrapped anew, older versions destroyed: "
        "no earlier copy of the database opens any more.",
    )
    return Answer(data, [text])


def _due(installation: Installation) -> Answer:
    done = turn_root(installation)
    data = {
        "rotated": ROOT,
        "version": done.version,
        "destroyed": list(done.destroyed),
        "new": done.is_new,
        "next_on": done.next_on,
    }
    told, gone = (
        "-" if done.next_on is None else str(done.next_on),
        ", ".join(map(str, done.destroyed)) or say("aucune", "none"),
    )
    text = say(
        f"Clé racine en version {done.version} ; détruites : {gone} ; prochaine échéance : {told}.",
        f"Root key at version {done.version}; destroyed: {gone}; next turn: {told}.",
    )
    return Answer(data, [text])


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
