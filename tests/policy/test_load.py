"""The edition of a day: complete, dated, stable, and strict about what a pack may say."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import get_args

import pytest

from kernel.errors import Misconfigured
from policy.edition import Code, Edition
from policy.load import PACKS, countries, load, read_edition
from tests.policy.spoiling import change

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 21)
TABLE_B = 9
"""The columns of the matrix."""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return copytree(PACKS / "france", tmp_path / "france")


def days_of_change() -> list[date]:
    days = {TODAY}
    for path in (PACKS / "france").glob("*.toml"):
        for table in tomllib.loads(path.read_text(encoding="utf-8")).values():
            if isinstance(table, dict):
                days |= {table[key] for key in ("in_force", "until") if key in table}
    return sorted(days | {day - timedelta(days=1) for day in days if day > min(days)})


@pytest.mark.parametrize("day", days_of_change(), ids=str)
def test_the_pack_answers_for_each_day_on_which_the_law_changed(day: date) -> None:
    edition = load("france", day)
    assert all(rule.in_force <= day for rule in edition.rules.values())
    assert all(edition.sources[name].in_force <= day for rule in edition.rules.values() for name in rule.sources)


def test_a_rule_is_absent_the_day_before_it_comes_into_force() -> None:
    before, after = load("france", date(2025, 10, 9)), load("france", date(2025, 10, 10))
    assert set(after.rules) - set(before.rules) == {
        "minors.targeting",
        "retention.targeting_record",
        "gate.minor_targeted",
        "gate.not_direct",
        "notice.label",
        "gate.opinion_criterion",
        "gate.targeting_consent",
    }
    assert "targeting_record" not in before.retention
    assert "ttpa_18_2" not in before.sources
    assert before.digest != after.digest


def test_a_requirement_waits_for_its_rule() -> None:
    assert load("france", date(2020, 1, 15)).origins["primary"].requires == ()
    assert [asked.fact for asked in load("france", date(2020, 1, 16)).origins["primary"].requires] == [
        "separate_agreement"
    ]


def test_an_edition_is_read_once_a_day() -> None:
    assert load("france", TODAY) is load("france", TODAY)


def test_two_days_under_the_same_law_have_the_same_digest() -> None:
    assert load("france", TODAY).digest == load("france", TODAY + timedelta(days=1)).digest


def test_the_digest_is_the_same_in_another_process() -> None:
    program = (
        "from datetime import date; from policy.load import load; print(load('france', date(2026, 11, 21)).digest)"
    )
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.strip() == load("france", TODAY).digest


def test_any_change_of_words_changes_the_digest(pack: Path) -> None:
    before = read_edition(pack, TODAY).digest
    assert before == load("france", TODAY).digest
    change(pack, "rules.toml", "Convictions religieuses", "Convictions religieuses.")
    assert read_edition(pack, TODAY).digest != before


def test_the_matrix_answers_for_every_category_of_data_and_of_person() -> None:
    edition = load("france", TODAY)
    codes = [cell.code for row in edition.rows.values() for cell in row.cells.values()]
    assert len(codes) == len(edition.rows) * TABLE_B
    assert set(codes) == set(get_args(Code))


def test_the_codes_of_the_built_in_fields_never_change() -> None:
    names = (
        "last_name usage_name first_names sex birth_date address email phone roll_number note support_level membership "
        "profession social_handle title accessibility_need external_id volunteer_task theme list_type event language "
        "party turnout website employer"
    ).split()
    stored = {field.name: field.code for field in load("france", TODAY).fields.values() if field.code is not None}
    assert stored == {name: code for code, name in enumerate(names, start=1)}


def test_there_is_no_pack_for_another_country() -> None:
    assert countries() == ("france",)
    with pytest.raises(Misconfigured, match="no pack for '\\.\\./france'"):
        load("../france", TODAY)


def test_the_pack_does_not_answer_for_a_day_before_it_begins() -> None:
    with pytest.raises(Misconfigured, match="begins"):
        load("france", date(2018, 5, 24))


WRONG: list[tuple[str, str, str, str]] = [
    # A rule without what every rule must have.
    ("rules.toml", 'sources = ["rgpd_10", "cp_226_19"]\n', "", "forbidden.criminal_record.sources: missing"),
    ("rules.toml", 'sources = ["rgpd_10", "cp_226_19"]', "sources = []", "criminal_record.sources: none in force"),
    ("rules.toml", '"rgpd_10"', '"rgpd_1000"', "criminal_record.sources: unknown source rgpd_1000"),
    ("rules.toml", '["rgpd_10", "cp_226_19"]', '["rgpd_10", "rgpd_10"]', "sources: says the same twice"),
    ("rules.toml", '["rgpd_10", "cp_226_19"]', '["rgpd_10", 3]', "sources: not a list of texts"),
    ("rules.toml", '["rgpd_10", "cp_226_19"]', '"rgpd_10"', "sources: not a list"),
    ("rules.toml", 'advice_en = "Remove it: only', 'advise_en = "Remove it: only', "record.advice_en: missing"),
    ("rules.toml", "in_force = 2018-05-25", 'in_force = "2018"', "in_force: not a date"),
    ("rules.toml", 'kind = "law"', 'kind = "custom"', "kind: not one of law, law_except_consent, our_policy"),
    ("rules.toml", 'weight = "binding"', 'weight = ""', "weight: empty"),
    ("rules.toml", 'decision = "refuse"\n', 'decision = "refuse"\ncolour = "red"\n', "colour: unknown key"),
    ("rules.toml", '["category.unknown"]', '["category.unheard"]', "rules.toml: category.unknown: unknown id"),
    ("sources.toml", 'article = "RGPD, art. 4(11)"\n', "", "sources.toml: rgpd_4_11.article: missing"),
    ("sources.toml", "[rgpd_4_11]\n", "rgpd_0 = 3\n[rgpd_4_11]\n", "rgpd_0: not a table"),
    ("sources.toml", "[rgpd_4_11]\n", "[rgpd_4_11\n", "sources.toml: not TOML"),
    # Ids that name nothing.
    ("matrix.toml", 'consent_rule = "door.opt_in"', 'consent_rule = "door.shut"', "unknown id 'door.shut'"),
    ("matrix.toml", 'member = "A"\n', "", "matrix.toml: identity.cells: unknown id 'member'"),
    ("matrix.toml", 'member = "A"\n', 'member = "A"\nfriend = "A"\n', "identity.cells: unknown id 'friend'"),
    ("matrix.toml", 'member = "A"\n', 'member = "Z"\n', "identity.cells.member: not one of A"),
    ("matrix.toml", 'fields = ["last_name"', 'fields = ["surname"', "fields.toml: last_name.code: no line"),
    ("fields.toml", "code = 1\n", "code = true\n", "last_name.code: not a int"),
    ("fields.toml", "code = 1\n", "code = -1\n", "last_name.code: negative"),
    ("categories.toml", 'retention = "member"', 'retention = "ever"', "member.retention: unknown id 'ever'"),
    ("categories.toml", '"cnil_contact_files"', '"cnil_sheet"', "member.sources: unknown source cnil_sheet"),
    ("categories.toml", 'rule = "member.record"', 'rule = "member.note"', "member.requires: unknown id 'member.note'"),
    ("categories.toml", 'closed = "donor.isolated"', 'closed = "donor.gone"', "donor.closed: unknown id 'donor.gone'"),
    ("origins.toml", '"petition.occasional"', '"petition.never"', "petition.category_rule: unknown id"),
    ("origins.toml", 'forbidden = "origin.directory"', 'forbidden = "origin.no"', "directory.forbidden: unknown id"),
    ("origins.toml", 'categories = ["member"', 'categories = ["friend"', "person.categories: unknown id 'friend'"),
    ("origins.toml", 'fields = ["last_name"', 'fields = ["surname"', "fields: unknown id 'surname'"),
    ("origins.toml", 'requires = [{ fact = "separate_agreement", rule = "primary.separate" }]', "requires = [3]",
     "primary.requires: not a list of tables"),
    ("purposes.toml", 'member = "6(1)(b)"', 'friend = "6(1)(b)"', "bases: unknown id 'friend'"),
    ("channels.toml", 'purposes = ["online_advertising"]', 'purposes = ["spam"]', "online_targeting.purposes: unknown"),
    ("channels.toml", 'rented = ["consent", "opt_out"]', 'rents = ["opt_out"]', "grounds: unknown id 'rents'"),
    ("channels.toml", 'rented = ["consent", "opt_out"]', 'rented = ["luck"]', "grounds.rented: not only of consent"),
    ("messages.toml", 'purposes = ["answering"]', 'purposes = ["spam"]', "purposes: unknown id 'spam'"),
    ("gate.toml", "[restricted]", "[unheard]", "unheard: unknown id 'unheard'"),
    ("places.toml", '"presidential"', '"papal"', "saturday: unknown id 'papal'"),
    ("purposes.toml", '"roll_number"', '"donation"', "reads: unknown id 'donation'"),
    ("purposes.toml", 'consent = "phone"', 'consent = "fax"', "phone_canvassing.consent: unknown id 'fax'"),
    ("compartments.toml", 'consent_withdrawn = "e"', 'mood = "e"', "evidence.keeps: unknown id 'mood'"),
    ("compartments.toml", 'consent_withdrawn = "e"', 'consent_withdrawn = "z"', "evidence.keeps: unknown id 'z'"),
    ("compartments.toml", 'retention = "consent_proof"', 'retention = "ever"', "evidence.retention: unknown id 'ever'"),
    ("requests.toml", "[portability]", "[luggage]", "portability: unknown id 'portability'"),
    ("refusals.toml", 'kinds = ["portability"]', 'kinds = ["luggage"]', "not_portable.kinds: unknown id 'luggage'"),
    ("refusals.toml", 'use = "pause"', 'use = "delay"', "identity_required.use: not one of"),
    ("pack.toml", 'country = "france"\n', "", "pack.toml: pack.country: missing"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "told"), WRONG, ids=[told for *_, told in WRONG])
def test_a_pack_that_is_wrong_names_the_file_and_the_key(pack: Path, file: str, old: str, new: str, told: str) -> None:
    change(pack, file, old, new)
    with pytest.raises(Misconfigured) as raised:
        read_edition(pack, TODAY)
    assert told in str(raised.value)


def test_a_rule_older_than_one_of_its_sources_does_not_cite_it_yet(pack: Path) -> None:
    change(pack, "rules.toml", '["rgpd_10", "cp_226_19"]', '["rgpd_10", "ttpa_19"]')
    cited = [read_edition(pack, on).rules["forbidden.criminal_record"].sources for on in (date(2024, 1, 1), TODAY)]
    assert cited == [("rgpd_10",), ("rgpd_10", "ttpa_19")]


def test_a_rule_older_than_all_its_sources_is_refused(pack: Path) -> None:
    change(pack, "rules.toml", '["rgpd_10", "cp_226_19"]', '["ttpa_19"]')
    with pytest.raises(Misconfigured, match=r"rules\.toml: forbidden\.criminal_record\.sources: none in force"):
        read_edition(pack, date(2024, 1, 1))


def test_a_missing_file_is_named(pack: Path) -> None:
    (pack / "origins.toml").unlink()
    with pytest.raises(Misconfigured, match=r"france/origins\.toml: missing"):
        read_edition(pack, TODAY)


def versions(pack: Path, second: str) -> None:
    """Write two versions of one line of the schedule."""
    path = pack / "retention.toml"
    text = path.read_text(encoding="utf-8")
    start = text.index("[backup]\n")
    end = text.index("\n[", start)
    first = text[start:end].replace("[backup]", "[[backup]]")
    path.write_text(
        text[:start]
        + first.replace("in_force = 2018-05-25", "in_force = 2018-05-25\nuntil = 2027-01-01")
        + "\n"
        + first.replace("in_force = 2018-05-25", f"in_force = {second}").replace("days = 35", "days = 30")
        + text[end:],
        encoding="utf-8",
    )


def test_history_is_kept_by_dates(pack: Path) -> None:
    versions(pack, "2027-01-01")
    days: Callable[[date], int] = lambda on: read_edition(pack, on).retention["backup"].days  # noqa: E731
    assert [days(date(2026, 12, 31)), days(date(2027, 1, 1))] == [35, 30]


def test_two_versions_in_force_on_one_day_are_refused(pack: Path) -> None:
    versions(pack, "2026-01-01")
    with pytest.raises(Misconfigured, match=r"retention\.toml: backup\.in_force: two versions in force"):
        read_edition(pack, TODAY)


def test_a_source_may_have_versions_too(pack: Path) -> None:
    path = pack / "sources.toml"
    text = path.read_text(encoding="utf-8")
    start = text.index("[rgpd_4_11]\n")
    end = text.index("\n[", start)
    table = text[start:end].replace("[rgpd_4_11]", "[[rgpd_4_11]]")
    old = table.replace("in_force = 2018-05-25", "in_force = 2018-05-25\nuntil = 2026-01-01")
    new = table.replace("in_force = 2018-05-25", "in_force = 2026-01-01").replace("art. 4(11)", "art. 4(12)")
    path.write_text(text[:start] + old + "\n" + new + text[end:], encoding="utf-8")

    def articles(on: date) -> tuple[str, ...]:
        return read_edition(pack, on).rules["matrix.tracking"].articles

    assert "RGPD, art. 4(11)" in articles(date(2025, 12, 31))
    assert "RGPD, art. 4(12)" in articles(TODAY)


def test_an_edition_cannot_be_changed() -> None:
    edition: Edition = load("france", TODAY)
    with pytest.raises(TypeError):
        edition.rules["mine"] = edition.rules["roll.undertaking"]  # type: ignore[index]


@pytest.mark.parametrize("data", ["activity", "ranking"])
def test_no_pack_can_open_what_the_staff_do_to_another_purpose(pack: Path, data: str) -> None:
    change(pack, "purposes.toml", 'staff = ["identity"]', f'staff = ["{data}"]')
    with pytest.raises(Misconfigured, match=f"staff: unknown id '{data}'"):
        read_edition(pack, TODAY)
