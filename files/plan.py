"""Decide the fate of every column of a file before its first row is read.

The law's list of forbidden names goes before what a profile or a person would keep; what a profile drops at the door,
with its rule, is dropped there and not counted as a refusal in each of a hundred thousand rows. What nobody mapped is
not kept: a column is no reason to store it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final, Literal

from files.profiles import Profile, flags_of, fold, load_profile, profile_names
from files.rows import REPEATED, Layout, Reader, RowData, Use, compile_rows
from kernel.errors import Invalid
from policy.detect import OwnWords
from policy.names import NameVerdict, name_verdict

Decision = Literal["kept", "objection", "flag", "dropped", "refused"]

LEFT_OUT: Final = ""
"""What a person says of a column that no field keeps, whatever the profile knows of it."""
OBJECTION: Final = "objection."
"""Before a channel, what a person says of a column that closes it."""
_NAME_LENGTH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a column. Exactly one of field and rule is set.

    A flag is what the file's maker says of consent: it becomes evidence of a claim, or closes a channel.
    """

    position: int
    column: str
    """What reports call it: its name, or its number when it has none."""
    decision: Decision
    field: str | None = None
    """The field that keeps it, the channel an objection closes, or the flag."""
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of a file: each column's fate, and the function that reads rows accordingly."""

    profile: Profile
    fates: tuple[Fate, ...]
    refused: str | None
    """The rule by which the file is refused whole; its columns' fates are told all the same."""
    read_rows: Reader
    public_order: bool
    """Whether the rows stand as anybody may know: the profile says so, and the file has no column of somebody's own."""

    def row_data(self, values: Sequence[str]) -> RowData:
        """Read one row."""
        return self.read_rows([values])[0]


@cache
def meanings() -> frozenset[str]:
    """Return what somebody may say that a column is: a field some kind of file knows, or that it closes a channel."""
    profiles = [profile for profile in map(load_profile, profile_names()) if profile.about == "persons"]
    known = {meaning for profile in profiles for meaning in profile.columns}
    closing = {channel for profile in profiles for channel in profile.objections}
    return frozenset(known | {OBJECTION + channel for channel in closing})


def make_plan(
    profile: Profile, header: Sequence[str], mapping: Mapping[str, str] | None = None, own: OwnWords | None = None
) -> Plan:
    """Plan a file by its profile; `mapping` says what further columns are, and never keeps what the law refuses.

    It gives a column a field, `objection.` and a channel, or leaves it out. A header of a kind refused whole is planned
    as that kind, whatever profile was named. ``own`` holds the campaign's own words. Raise `Invalid` when nobody said
    what the columns are and the header lacks what the profile is known by: without names of columns the first row
    would be a person.
    """
    profile = _refused_kind(header) or profile
    if not mapping and not profile.matches(header):
        raise Invalid(f"the first row does not name the columns of the profile {profile.name}")
    columns = _Columns(profile, header, mapping or {}, own)
    fates = tuple(columns.fate(position) for position in range(len(header)))
    read_rows = compile_rows(columns.layout(fates), len(header))
    public_order = profile.public_order and not mapping and columns.are_all_known
    return Plan(profile=profile, fates=fates, refused=profile.refused, read_rows=read_rows, public_order=public_order)


def _refused_kind(header: Sequence[str]) -> Profile | None:
    kinds = map(load_profile, profile_names())
    return next((kind for kind in kinds if kind.refused and kind.matches(header)), None)


class _Columns:
    """Where each meaning stands in one header."""

    def __init__(
        self, profile: Profile, header: Sequence[str], mapping: Mapping[str, str], own: OwnWords | None
    ) -> None:
        self.own = own
        self.profile = profile
        self.header = header
        self.first: dict[str, int] = {}
        for position, name in enumerate(header):
            self.first.setdefault(fold(name), position)
        self.dropped = {name: rule for rule, names in profile.dropped.items() for name in names}
        self.objections = {name: channel for channel, names in profile.objections.items() for name in names}
        self.objections |= {
            fold(column): said.removeprefix(OBJECTION) for column, said in mapping.items() if said.startswith(OBJECTION)
        }
        self.flags = dict(flags_of(profile))
        self.groups = self._groups(mapping)
        named = {name for aliases in profile.columns.values() for alias in aliases for name in alias}
        self.own_places = {position for position, name in enumerate(header) if fold(name) in named}
        self.meanings = {place: meaning for meaning, places in self.groups for place in places}

    def _groups(self, mapping: Mapping[str, str]) -> list[tuple[str, tuple[int, ...]]]:
        """List each meaning with the columns read for it: what a person mapped, then the profile's preferred alias."""
        mapped = {
            self._place(column): meaning for column, meaning in mapping.items() if not meaning.startswith(OBJECTION)
        }
        kept = ((meaning, (place,)) for place, meaning in mapped.items() if meaning != LEFT_OUT)
        groups: list[tuple[str, tuple[int, ...]]] = list(kept)
        for meaning, aliases in self.profile.columns.items():
            present = [places for alias in aliases if (places := self._free(alias, mapped))]
            groups += [(meaning, places) for places in (present if meaning in REPEATED else present[:1])]
        single = [meaning for meaning, _ in groups if meaning not in REPEATED]
        for meaning in single:
            if single.count(meaning) > 1:
                raise Invalid(f"two columns are to be the field {meaning}, which holds one value")
        return groups

    def _place(self, column: str) -> int:
        if fold(column) not in self.first:
            raise Invalid("a column that was given a field is not in the file")
        return self.first[fold(column)]

    def _free(self, alias: tuple[str, ...], mapped: Mapping[int, str]) -> tuple[int, ...]:
        places = (self.first.get(name) for name in alias)
        return tuple(place for place in places if place is not None and place not in mapped)

    def fate(self, position: int) -> Fate:
        """Decide one column."""
        name = self.header[position]
        key = fold(name)
        column = name[:_NAME_LENGTH] or f"column {position + 1}"
        told = partial(Fate, position=position, column=column)
        if key in self.dropped:
            return told(decision="dropped", rule=self.dropped[key])
        verdict = name_verdict(name, self.own)
        if verdict.verdict == "refuse" and not self._is_asked_for(position, verdict):
            return told(decision="refused", rule=verdict.rule)
        if self.profile.refused:
            return told(decision="dropped", rule=self.profile.refused)
        uses: tuple[tuple[Decision, str | None], ...] = (
            ("objection", self.objections.get(key)),
            ("flag", self.flags.get(key)),
            ("kept", self.meanings.get(position)),
        )
        for decision, field in uses:
            if field:
                return told(decision=decision, field=field)
        return told(decision="dropped", rule=self._left_out(key, verdict))

    @property
    def are_all_known(self) -> bool:
        """Tell whether the profile knows every column."""
        return all(
            position in self.own_places or fold(name) in self.dropped for position, name in enumerate(self.header)
        )

    def _is_asked_for(self, position: int, verdict: NameVerdict) -> bool:
        """Tell whether the rule that refuses a name elsewhere asks for this kind of file, which knows the column."""
        return verdict.rule in self.profile.permits and position in self.own_places

    def _left_out(self, key: str, verdict: NameVerdict) -> str:
        if key in self.profile.voids.values():
            return "cell.unusable"
        return verdict.rule if verdict.rule and verdict.verdict in {"drop", "short_lived"} else "field.unknown"

    def layout(self, fates: Sequence[Fate]) -> Layout:
        """Gather what the rows need to know."""
        kept = {fate.position: fate.column for fate in fates if fate.decision == "kept"}
        uses = ((meaning, [place for place in places if place in kept]) for meaning, places in self.groups)
        present = [pair for pair in self.profile.voids.items() if self.first.keys() >= set(pair)]
        voids = ((self.first[name], self.first[mark]) for name, mark in present)
        return Layout(
            uses=tuple(Use(meaning=m, column=kept[at[0]], positions=tuple(at)) for m, at in uses if at),
            objections=tuple((fate.position, fate.field or "") for fate in fates if fate.decision == "objection"),
            flags=tuple((self.first[name], flag) for name, flag in self.flags.items() if name in self.first),
            refused=tuple(
                (told.position, told.column, told.rule or "") for told in fates if told.decision == "refused"
            ),
            voids=tuple((at, by, kept[at]) for at, by in voids if at in kept),
            external=self.profile.external,
            dates=self.profile.dates,
            excel_apostrophe=self.profile.excel_apostrophe,
        )
