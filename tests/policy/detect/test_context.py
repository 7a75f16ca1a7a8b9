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
