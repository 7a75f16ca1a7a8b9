"""Rehearse a restoration: back up, restore into a scratch database, look whether it holds, and note the result.

Nothing of it stays, and nothing of it is served: the identity it is sealed to is drawn here and forgotten.
"""

import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

import psycopg
from sqlalchemy import make_url

from audit.events import Event
from audit.note import Note
from audit.verify import verify_log
from backups.artefact import draw_identity
from contacts.ids import page_through_ids
from contacts.lasting.opened import count_opening
from holdings.ledger import person_digest
from installation.backup import make_backup
from installation.open import Installation, open_installation
from installation.restore import Wanted, restore_installation
from kernel.actor import operator_in
from kernel.errors import IsoloirError
from kernel.identity import CampaignId
from kernel.settings import Settings

ADMINISTRATION = "administration"
_SAMPLE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a rehearsal showed of one campaign: how many contacts came back, how many open, what is wrong."""

    campaign: CampaignId
    contacts: int
    opened: int
    """Of the first thousand contacts: how many open whole."""
    erased_present: int
    """Contacts whom the ledger knows erased: there must be none."""
    log_problems: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Tell whether the backup can be relied on."""
        return self.opened == min(self.contacts, _SAMPLE) and not self.erased_present and not self.log_problems


def rehearse(installation: Installation) -> list[Rehearsal]:
    """Prove that what is backed up now can be restored; each campaign notes the result."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=installation.settings.data_dir, prefix="rehearsal-") as temporary:
        found = _rehearse(installation, Path(temporary), began)
    for one in found:
        with installation.register.open(operator_in(one.campaign), ADMINISTRATION) as processing:
            free = {**asdict(one), "campaign": str(one.campaign), "holds": one.holds}
            processing.note(Note(event=Event.BACKUP_REHEARSED, counts={}, free=free))
    return found


def _rehearse(installation: Installation, folder: Path, began: float) -> list[Rehearsal]:
    identity, recipient = draw_identity()
    (folder / "identity").write_text(f"{identity}\n", encoding="ascii")
    given = [recipient]
    make_backup(installation, folder / "backups", data_recipients=given, keys_recipients=given, keys_days=1)
    here = installation.settings
    for name, kept in (("erasures", here.ledger_dir), ("checkpoints", here.checkpoint_dir)):
        if kept.exists():
            shutil.copytree(kept, folder / name)
    wanted = Wanted(folder=folder / "backups", name=None, identities=[folder / "identity"])
    with _scratch(here, folder) as settings:
        restore_installation(settings, wanted, installation.clock, installation.provider)
        with open_installation(settings, installation.clock, provider=installation.provider) as there:
            return [_look(there, campaign, began) for campaign in there.campaigns()]


def _look(there: Installation, campaign: CampaignId, began: float) -> Rehearsal:
    operator, register = operator_in(campaign), there.register
    erased, contacts, present = there.eraser.ledger.erased(campaign), 0, 0
    for page in page_through_ids(register, operator, ADMINISTRATION):
        contacts += len(page)
        present += sum(person_digest(campaign, person) in erased for person in page)
    with register.open(operator, ADMINISTRATION) as processing:
        opened = count_opening(processing, _SAMPLE)
    there.sequencer.run(campaign, whole=True)
    try:
        with register.open(operator, ADMINISTRATION) as processing:
            problems = len(verify_log(processing, there.checkpoints).problems)
    except IsoloirError:
        problems = 1
    took = time.monotonic() - began
    return Rehearsal(
        campaign=campaign,
        contacts=contacts,
        opened=opened,
        erased_present=present,
        log_problems=problems,
        seconds=round(took, 1),
    )


@contextmanager
def _scratch(here: Settings, folder: Path) -> Generator[Settings]:
    """Yield the settings of a scratch place: a file, or a database made and dropped under the login of the dumps."""
    if here.url.startswith("sqlite"):
        yield here.model_copy(update={"data_dir": folder, "database_url": f"sqlite:///{folder / 'scratch.db'}"})
        return
    server, name = make_url(here.dump_url), f"isoloir_rehearsal_{token_hex(6)}"
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            url = server.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
            yield here.model_copy(update={"data_dir": folder, "database_url": url, "backup_url": ""})
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
