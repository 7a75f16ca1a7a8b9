"""Names of columns as people shorten them and run them together, and the ordinary names beside them."""

from policy.detect import detect
from policy.detect.shorthand import fields_spelt_out, spelt_out


def test_abbreviations_are_written_out_and_joined_words_parted() -> None:
    read = {
        "natio_parents": "nationalite parents",
        "adh_synd": "adherent syndicat",
        "relig2": "religion",
        "typehandicap": "type handicap",
        "numcartesyndicat": "num carte syndicat",
        "partipol": "parti politique",
    }
    assert {name: spelt_out(name) for name in read} == read


def test_what_says_no_more_than_it_did_is_left_alone() -> None:
    for name in ("", "nom", "date_creation", "religion", "2024", "conversation", "xq" * 60, "relig " * 61):
        assert spelt_out(name) is None, name
    assert spelt_out("typecontact") is None  # Two plain words tell nothing.


def test_in_a_segment_only_the_names_of_fields_are_written_out() -> None:
    assert fields_spelt_out("relig = 'x' et ville = 'relig'") == "religion = 'x' et ville = 'relig'"
    assert fields_spelt_out("adh_synd est vrai") == "adherent syndicat est vrai"
    assert fields_spelt_out("age > 30") is None
    assert fields_spelt_out("relig = 1 " * 40) is None


def test_a_shortened_name_is_judged_like_the_whole_one() -> None:
    for name in ("cf_relig", "natio_mere", "orient_sex", "casier_jud", "synd", "gabarit_biom", "isMusul"):
        assert detect("column", name).decision == "block", name
    assert detect("column", "partipol").decision == "conditional"
    assert detect("segment", "confess_relig = 'x'").decision == "block"
    assert detect("tag", "relig").decision == "block"


def test_ordinary_names_and_named_topics_are_left_alone() -> None:
    names = (
        "orig_contact", "adh_date_fin", "email_invalide", "face_a_face", "taux_conversion", "code_iris", "canton",
        "casier_postal", "loge_gardien", "ecole_sud", "bureau_vote", "num_electeur", "prise_de_parole",
        "partie_prenante", "theme_relig", "debat_synd", "bureau_national",
        "club_hand", "mobilite_douce", "rights", "genre",
    )  # fmt: skip
    assert {name: detect("column", name).decision for name in names} == dict.fromkeys(names, "allow")
    assert detect("title", "Grand Orient de France").decision == "allow"
