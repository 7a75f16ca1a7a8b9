"""What is left of a note once what may not be kept is taken out."""

from policy.detect import neutral_wording, rewritten
from policy.detect.lexicon import CATEGORIES


def test_the_rest_of_a_note_may_stand_and_nothing_else_does() -> None:
    cases = {
        "Rappeler en soirée. Famille juive pratiquante. Veut un banc.": "Rappeler en soirée. Veut un banc.",
        "Veut un banc\nhospitalisé depuis mars\nle matin": "Veut un banc le matin",
        "Famille juive pratiquante": None,
        "Rappeler en soirée. Veut un banc.": None,  # Nothing was left out.
        "": None,
    }
    assert {text: rewritten(text) for text in cases} == cases


def test_every_category_says_what_may_be_written_instead() -> None:
    assert all(neutral_wording(category) for category in CATEGORIES)
    assert neutral_wording("no_category") is None
