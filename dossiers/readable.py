"""A dossier as people read it: sections with lines and tables, in one language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from dossiers.words import word
from notices.words import day

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
Document = Mapping[str, Any]
Section = dict[str, Any]
_WIDTHS = {2: [1, 2], 3: [2, 3, 3], 4: [2, 3, 3, 3], 5: [2, 3, 3, 2, 3]}
_STANDING = ("commune", "polling_station", "tags", "restricted", "flagged", "consent_from", "target_from")
_CONSULTED = ("on", "what", "who", "purpose", "fields")
_DAYS = ("kept_until", "recorded_at", "changed_at")


class Reader:
    """Write a document's parts in one language."""

    def __init__(self, document: Document, language: Language) -> None:
        self._document = document
        self._language = language

    def page(self) -> dict[str, Any]:
        """Return title, introduction and sections."""
        own = next(one for one in self._document["controllers"] if one["own"])
        intro = self._say("intro").format(
            controller=own["name"],
            campaign=self._document["campaign"]["name"],
            day=self._day(self._document["made_at"]),
        )
        return {"lang": self._language, "title": self._say("title"), "intro": [intro], "sections": self.sections()}

    def sections(self) -> list[Section]:
        """Return every section, empty ones too: that there is nothing is an answer."""
        told = self._document
        return [
            self._table("data", ("field", "value", "origin"), map(self._datum, told["data"])),
            self._table("standing", ("what", "value"), self._standing(told["standing"])),
            self._table("purposes", ("purpose", "basis"), map(self._purpose, told["purposes"])),
            self._table("recipients", ("name", "place", "how"), map(self._recipient, told["recipients"])),
            self._lines("transfers", [told["transfers"][self._language]]),
            self._table("retention", ("what", "until", "after"), map(self._kept, told["retention"])),
            self._table(
                "evidence", ("on", "action", "purpose", "channel", "notice"), map(self._said, told["evidence"])
            ),
            self._table("standings", ("purpose", "channel", "status"), map(self._stands, told["standings"])),
            self._table("oppositions", ("on", "kind", "purpose", "channel"), map(self._opposed, told["oppositions"])),
            self._table(
                "communications", ("on", "kind", "channel", "message"), map(self._sent, told["communications"])
            ),
            self._table("visits", ("on", "kind", "outcome", "who"), map(self._visited, told["visits"])),
            self._table("waiting", ("to", "subject"), ((one["to"], one["subject"]) for one in told["waiting"])),
            self._table("attachments", ("on", "kind"), map(self._attached, told["attachments"])),
            self._table("others", ("what", "value"), self._others(told["others"])),
            self._consultations(told["consultations"]),
            self._lines("decisions", [told["decisions"][self._language]]),
            self._lines("rights", self._rights()),
            self._lines("remedies", [told["remedies"][self._language]]),
        ]

    def _say(self, name: str, table: str = "sections") -> str:
        told = word(table, name)
        return told.fr if self._language == "fr" else told.en

    def _label(self, told: Mapping[str, Any] | None) -> str:
        return "" if told is None else str(told["label"][self._language])

    def _day(self, at: str | None) -> str:
        if at is None:
            return ""
        told = day(datetime.fromisoformat(at).date())
        return told.fr if self._language == "fr" else told.en

    def _lines(self, name: str, lines: Sequence[str]) -> Section:
        return {"title": self._say(name), "lines": list(lines), "head": [], "rows": [], "widths": []}

    def _table(self, name: str, head: Sequence[str], rows: Any) -> Section:  # noqa: ANN401 - any rows
        cells = [[str(cell) for cell in row] for row in rows]
        lines = [] if cells else [self._say("nothing")]
        heads = [self._say(one, "heads") for one in head]
        return {
            "title": self._say(name),
            "lines": lines,
            "head": heads,
            "rows": cells,
            "widths": _WIDTHS[len(head)],
        }

    def _datum(self, one: Document) -> tuple[str, ...]:
        origin = f"{self._label(one['origin'])}, {self._day(one['obtained_on'])}"
        return self._label(one), one["value"], origin

    def _standing(self, one: Document) -> list[tuple[str, str]]:
        rows = [(self._say("category", "standing"), self._label(one["category"]))]
        rows += [(self._say(name, "standing"), self._value(one[name])) for name in _STANDING if one[name]]
        return rows + [(self._say(name, "standing"), self._day(one[name])) for name in _DAYS if one[name]]

    def _value(self, value: Any) -> str:  # noqa: ANN401 - of a few kinds
        if isinstance(value, bool):
            return self._say("yes" if value else "no")
        return ", ".join(value) if isinstance(value, list) else str(value)

    def _purpose(self, one: Document) -> tuple[str, ...]:
        return self._label(one), f"{one['basis_label'][self._language]} ({one['basis']})"

    def _recipient(self, one: Document) -> tuple[str, ...]:
        known = f" ({', '.join(one['known_as'])})" if one["known_as"] else ""
        days = list(dict.fromkeys(self._day(left["at"]) for left in one["exports"]))
        how = self._say("received" if one["received"] else "may_receive") + (f" : {', '.join(days)}" if days else "")
        return one["name"], one["country"] or "", how + known

    def _kept(self, one: Document) -> tuple[str, ...]:
        until = self._day(one["until"]) if one["until"] else self._period(one)
        return self._label(one), until, one["after"][self._language]

    def _period(self, one: Document) -> str:
        units = ("mois", "jours") if self._language == "fr" else ("months", "days")
        return " ".join(
            f"{one[name]} {unit}" for name, unit in zip(("months", "days"), units, strict=True) if one[name]
        )

    def _said(self, one: Document) -> tuple[str, ...]:
        how = f"{self._label(one['action'])} ({self._label(one['method'])})"
        return self._day(one["at"]), how, self._label(one["purpose"]), self._label(one["channel"]), one["notice"] or ""

    def _stands(self, one: Document) -> tuple[str, ...]:
        return self._label(one["purpose"]), self._label(one["channel"]), self._label(one["status"])

    def _opposed(self, one: Document) -> tuple[str, ...]:
        parts = (self._label(one[name]) for name in ("kind", "purpose", "channel"))
        return self._day(one["on"]), *parts

    def _sent(self, one: Document) -> tuple[str, ...]:
        message = " : ".join(filter(None, (self._label(one["message"]), one["title"])))
        return self._day(one["at"]), self._label(one["kind"]), self._label(one["channel"]), message

    def _visited(self, one: Document) -> tuple[str, ...]:
        return self._day(one["at"]), self._label(one["kind"]), self._label(one["outcome"]), self._label(one["role"])

    def _attached(self, one: Document) -> tuple[str, ...]:
        return self._day(one["added_at"]), f"{self._label(one['kind'])} ({one['media_type']}, {one['size']})"

    def _others(self, told: Document) -> list[tuple[str, str]]:
        """Show what a holding brings out that has no words here: its names and values as they are."""
        rows = []
        for name, found in told.items():
            for one in found:
                values = one if isinstance(one, dict) else {"": one}
                rows.append((name, "; ".join(f"{key}: {value}" for key, value in values.items() if value is not None)))
        return rows

    def _consultations(self, told: Document) -> Section:
        """Show consultations month by month: alike ones share a line with their days, so that it can be read."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for one in told["entries"]:
            _, *what = self._seen(one)
            at = datetime.fromisoformat(one["at"])
            days = groups.setdefault((f"{at:%m/%Y}", *what), [])
            days += [] if f"{at:%d}" in days else [f"{at:%d}"]
        rows = ((f"{', '.join(days)}/{month}", *what) for (month, *what), days in groups.items())
        section = self._table("consultations", _CONSULTED, rows)
        period = self._say("period")
        span = {"first": self._day(told["first"]), "last": self._day(told["last"]), "months": told["months"]}
        return section | {"lines": [period.format(**span), *section["lines"]]}

    def each_consultation(self) -> Section:
        """Return every consultation with its minute, for programs."""
        return self._table("consultations", _CONSULTED, map(self._seen, self._document["consultations"]["entries"]))

    def _seen(self, one: Document) -> tuple[str, ...]:
        seen = ", ".join(self._label(field) for field in one["fields"])
        on = f"{datetime.fromisoformat(one['at']):%d/%m/%Y %H:%M}"
        return on, self._label(one["event"]), self._label(one["role"]), self._label(one["purpose"]), seen

    def _rights(self) -> list[str]:
        own = next(one for one in self._document["controllers"] if one["own"])
        lines = [f"– {self._label(one)}" for one in self._document["rights"]]
        if own["rights_contact"]:
            lines.append(self._say("ask").format(rights=own["rights_contact"]))
        return [*lines, self._say("officer").format(officer=own["officer"])] if own["officer"] else lines
