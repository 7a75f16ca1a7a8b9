"""The certificate of a campaign's end: what was returned, what was destroyed, and when backups open no more."""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from campaigns.closing import DoneStep, Step
from campaigns.directory import CampaignView

JSON, TEXT = "certificate.json", "attestation.txt"
ROOT_PERIOD = timedelta(days=30)
"""How long a root version lives at most (docs/adr/0003): backups of wrapped keys open until it is destroyed."""


def write_certificate(folder: Path, campaign: CampaignView, steps: Mapping[Step, DoneStep]) -> Path:
    """Write the certificate as JSON and as text; written again, it says the same. Return the JSON's path."""
    told = certificate_of(campaign, steps)
    _write(folder / JSON, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    _write(folder / TEXT, "\n".join(_lines(told)) + "\n")
    return folder / JSON


def certificate_of(campaign: CampaignView, steps: Mapping[Step, DoneStep]) -> dict[str, Any]:
    """Say what was returned and destroyed, from the steps as they were kept."""
    returned, emptied, closed = steps[Step.RETURNED], steps[Step.EMPTIED], steps[Step.CLOSED]
    files = returned.told["files"]
    return {
        "campaign": {"id": str(campaign.id), "name": campaign.name, "controller": campaign.controller},
        "articles": ["RGPD, art. 28(3)(g)", "RGPD, art. 5(1)(e)"],
        "returned": {"at": returned.at.isoformat(), "files": files},
        "destroyed": {
            "at": closed.at.isoformat(),
            "contacts": files["contacts.ndjson"]["lines"],
            "rows": dict(emptied.told),
            "campaign_keys": closed.told["keys"],
        },
        "kept": {
            "what": "entries, leaves and checkpoints of the log, without the keys that opened their sealed parts",
            "last_checkpoint": closed.told["checkpoint"],
            "public_keys": closed.told["public_keys"],
        },
        "backups": {
            "root_versions": closed.told["root_versions"],
            "open_until": "these versions of the root key are destroyed (isoloir keys rotate root)",
            "at_latest": (closed.at + ROOT_PERIOD).date().isoformat(),
        },
    }


def _lines(told: Mapping[str, Any]) -> list[str]:
    returned, destroyed, backups = told["returned"], told["destroyed"], told["backups"]
    versions = ", ".join(map(str, backups["root_versions"]))
    return [
        "ATTESTATION DE RESTITUTION ET DE DESTRUCTION (RGPD, art. 28(3)(g))",
        "",
        f"Campagne : {told['campaign']['name']} ({told['campaign']['id']})",
        f"Responsable de traitement : {told['campaign']['controller']}",
        "",
        f"Restitué le {returned['at']} :",
        *(f"  {name} : {one['lines']} ligne(s), SHA-256 {one['sha256']}" for name, one in returned["files"].items()),
        "",
        f"Détruit le {destroyed['at']} :",
        f"  {destroyed['contacts']} contact(s) avec leurs clés, {destroyed['campaign_keys']} clés de la campagne",
        *(f"  {name} : {rows} ligne(s)" for name, rows in destroyed["rows"].items()),
        "",
        "Conservés : les inscriptions, feuilles et points de contrôle du journal, sans les clés qui en ouvraient les",
        "parties scellées. La dernière inscription, qui dit la destruction des clés, suit la dernière signature.",
        "",
        f"Sauvegardes : elles ne s'ouvrent plus dès que les versions {versions} de la clé racine sont détruites",
        f"(isoloir keys rotate root), au plus tard le {backups['at_latest']}.",
    ]


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
