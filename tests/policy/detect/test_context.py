"""What stands around a candidate in a note, and on which side of it."""

from policy.detect import detect


def test_two_names_of_one_sex_said_to_be_bound_are_a_couple_in_either_order() -> None:
    told = ("Ils se sont mariés en 2014, Paul et Hervé", "Pacsée avec Nadège", "Paul et Marc sont mariés")
    assert {text: detect("note", text).decision for text in told} == dict.fromkeys(told, "block")
    untold = (
        "Mariés depuis 2014, Paul et Marie", "Paul et Marc sont venus. Mariés, boulangers", "Pacsée avec Paul",
        "Mariée, sa fille Anne et Julie viennent",
    )  # fmt: skip
    assert {text: detect("note", text).decision for text in untold} == dict.fromkeys(untold, "allow")


def test_what_is_said_of_a_thing_behind_the_word_describes_nobody() -> None:
    assert detect("note", "Il est au séminaire, futur prêtre").decision == "block"
    assert detect("note", "Le séminaire des élus est reporté").decision == "allow"
    assert detect("note", "Le chien est épileptique depuis un an").decision == "allow"
    assert detect("note", "la porte est verte il est épileptique").decision == "review"
    assert detect("note", "Elle promène le chien et elle est épileptique").decision == "review"


def _answers(told: dict[str, str]) -> dict[str, str]:
    return {text: detect("note", text).decision for text in told}


def test_a_possessive_beside_a_member_of_the_family_may_be_theirs() -> None:
    told = {
        "Elle loge son fils et sa copine": "allow",
        "Elle a un fils et son mari travaille": "allow",
        "Il vient avec son fils et son mari": "block",
        "Sa fille et sa compagne ont acheté au 7": "review",
        "Mme Paul viendra avec sa femme": "block",
        "Mme Leroy partage sa femme de ménage": "allow",
        "Mme Leroy et sa femme d'abord": "block",
    }
    assert _answers(told) == told


def test_whom_somebody_lives_with_is_looked_for_among_the_family_too() -> None:
    told = {
        "Son frère vit avec un homme": "block",
        "Elle dit que son frère sort avec une fille": "allow",
        "Vit en couple avec un homme": "block",
    }
    assert _answers(told) == told


def test_two_of_one_sex_are_no_couple_when_something_else_binds_them() -> None:
    told = {
        "Hugo et Simon, troisième étage, vivent à deux": "block",
        "Guy et Roland promènent leur fils": "block",
        "Hugo et Simon, deux frères, vivent à deux": "allow",
        "Julie vit avec Louise, sa mère": "allow",
        "Il s'est marié avec Karim": "block",
        "Elle s'est mariée, Marie et Paul": "allow",
        "Sami, qui vit avec Hugo": "block",
        "Sami et un ami vit avec Hugo": "allow",
        "Sami a une voisine de palier charmante qui vit avec Hugo": "allow",
    }
    assert _answers(told) == told


def test_what_masks_a_phrase_masks_it_behind_its_article() -> None:
    assert detect("note", "Elle travaille au syndicat mixte").decision == "allow"
    assert detect("note", "Elle va au syndicat").decision == "block"


def test_a_lost_apostrophe_hides_nothing_and_makes_no_name_a_word() -> None:
    told = {"cotise a lunsa": "block", "gamin dorigine kabyle": "block", "un livre de M. Larbi": "allow"}
    assert _answers(told) == told
