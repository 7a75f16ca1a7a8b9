"""Names of columns, custom fields and tags: the whole vendor map, its variants, its near misses, and the topics."""

import tomllib
from collections.abc import Callable
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.names import NameVerdict, name_verdict

TABLE = tomllib.loads((files("policy") / "lexicon" / "names.toml").read_text("utf-8"))
CLASSES = {"B": "refuse", "C": "conditional", "M": "drop", "T": "short_lived"}
ENTRIES = [(name, entry) for entry in TABLE["names"] for name in entry["names"]]
WRITINGS = (
    str.upper,
    str.title,
    lambda name: name.replace(" ", "_"),
    lambda name: name.replace(" ", "-"),
    lambda name: name.replace(" ", "."),
    lambda name: name.title().replace(" ", ""),
    lambda name: f"signup_{name}",
    lambda name: f"npsp__{name.replace(' ', '_')}__c",
    lambda name: f"custom_values.{name}",
)


@given(st.sampled_from(ENTRIES), st.sampled_from(WRITINGS))
def test_every_entry_keeps_its_verdict_however_a_tool_writes_it(
    entry: tuple[str, dict[str, str]], write: Callable[[str], str]
) -> None:
    name, expected = entry

    verdict = name_verdict(write(name))

    assert verdict.verdict == CLASSES[expected["class"]]
    assert verdict.rule == expected["rule"]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        # Integrations, section 8: what must be caught as it stands in real files.
        ("signup_religion", "forbidden.religion"),
        ("signup_church", "forbidden.religion"),
        ("signup_ethnicity", "forbidden.ethnic_origin"),
        ("signup_demo", "forbidden.ethnic_origin"),
        ("selfReportedRaces", "forbidden.ethnic_origin"),
        ("reportedDemographics", "forbidden.ethnic_origin"),
        ("selfReportedSexualOrientations", "forbidden.sexual_orientation"),
        ("ConvictionsCount", "forbidden.criminal_record"),
        ("signup_inferred_party", "inferred.opinion"),
        ("signup_previous_party", "inferred.opinion"),
        ("signup_inferred_support_level", "inferred.opinion"),
        ("signup_support_probability_score", "inferred.opinion"),
        ("signup_turnout_probability_score", "turnout.history"),
        ("electionRecords", "turnout.history"),
        ("ballots[]", "turnout.history"),
        ("signup_marital_status", "family.wealth"),
        ("ConsumerCreditScore", "family.wealth"),
        ("profile_image_url_ssl", "enrichment.social"),
        # Near misses: plural, accents misspelt, another order, a slip.
        ("religion_pere", "forbidden.religion"),
        ("Religions", "forbidden.religion"),
        ("origine_ethnique", "forbidden.ethnic_origin"),
        ("ethnique-origine", "forbidden.ethnic_origin"),
        ("origìne éthnique", "forbidden.ethnic_origin"),
        ("relligion", "forbidden.religion"),
        ("etnicity", "forbidden.ethnic_origin"),
        ("date_adhesion_syndicat", "forbidden.trade_union"),
        ("cpchq_union_member", "forbidden.trade_union"),
        ("pays_de_naissance_des_parents", "forbidden.ethnic_origin"),
        ("est diabétique", "forbidden.health"),
    ],
)
def test_what_the_law_forbids_is_refused(name: str, rule: str) -> None:
    assert name_verdict(name).verdict == "refuse"
    assert name_verdict(name).rule == rule


@pytest.mark.parametrize(
    ("name", "verdict", "rule"),
    [
        ("signup_party", "conditional", "declared.opinion"),
        ("is_political_support", "conditional", "declared.opinion"),
        ("facebook_username", "conditional", "given.social"),
        ("twitter_anything_new", "conditional", "given.social"),
        ("proximite_partisane", "conditional", "forbidden.political_opinion"),
        ("donations_raised_amount", "drop", "donations.apart"),
        ("capital_amount_in_cents", "drop", "minimise.volunteer_metric"),
        ("PROFESSION", "drop", "minimise.job"),
        ("numéro d’électeur", "drop", "national.identifier"),
        ("libellé nationalité", "drop", "minimise.roll_birthplace"),
        ("émargement", "short_lived", "turnout.marking"),
    ],
)
def test_what_is_bound_or_needless_is_named_with_its_rule(name: str, verdict: str, rule: str) -> None:
    assert (name_verdict(name).verdict, name_verdict(name).rule) == (verdict, rule)


@pytest.mark.parametrize(
    "name",
    [
        "theme_sante",
        "interet_religion",
        "Thème : handicap",
        "topic_health",
        "first_name",
        "Prénom",
        "signup_email1",
        "primary_address1",
        "can2_phone",
        "tag_list",
        "note",
        "nom_syndic",
        "concession",
        "origine_fiche",
        "record_created_at",
        "transport_mode",
        "theme",
        "",
        "12",
        "__c",
    ],
)
def test_a_topic_and_an_ordinary_name_are_free(name: str) -> None:
    assert name_verdict(name) == NameVerdict("free")


@pytest.mark.parametrize("name", ["x" * 201, "religi\ud800"])
def test_a_name_that_cannot_be_read_is_refused(name: str) -> None:
    assert name_verdict(name) == NameVerdict("refuse", None, "name.unreadable")


@given(st.text(st.characters(), max_size=250))
def test_no_name_makes_it_raise(name: str) -> None:
    assert name_verdict(name).verdict in {"free", "refuse", "conditional", "drop", "short_lived"}


def test_every_verdict_but_free_says_its_rule() -> None:
    assert all(name_verdict(name).rule for name, _ in ENTRIES)
