"""The second opinion: a model that the operator chose tells what it sees, and one that is not there is an error."""

from pathlib import Path

import pytest
import spacy
from presidio_analyzer import EntityRecognizer, RecognizerResult

from kernel.errors import Misconfigured
from policy.detect.second import Sight, second_opinion

PIPELINE = "fr_core_news_sm"


class Guess(EntityRecognizer):
    """Sees health in every cough, not very sure of feeling, and something that is not ours to know."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["HEALTH", "PHONE_NUMBER"])

    def load(self) -> None:
        self.words = {"tousse": ("HEALTH", 0.9), "soupire": ("HEALTH", 0.3), "06": ("PHONE_NUMBER", 1.0)}

    def analyze(self, text: str, *_: object) -> list[RecognizerResult]:
        return [
            RecognizerResult(label, at, at + len(word), score)
            for word, (label, score) in self.words.items()
            if (at := text.find(word)) >= 0
        ]


def test_without_a_name_there_is_none() -> None:
    assert second_opinion("") is None


def test_a_recogniser_of_presidios_kind_tells_our_categories_only() -> None:
    found = second_opinion(f"{__name__}:Guess")
    assert found is not None
    assert found.look("tousse, soupire, 06") == [Sight("health", 0, 6, 0.9)]
    assert found.categories("tousse et tousse") == ("health",)
    assert found.categories("rien") == ()


def test_a_pipeline_of_spacy_tells_names(tmp_path: Path) -> None:
    pipeline = spacy.blank("fr")
    pipeline.add_pipe("entity_ruler").add_patterns(  # type: ignore[attr-defined]  # the ruler's own
        [{"label": "PER", "pattern": "Paul Chrétien"}, {"label": "MISC", "pattern": "mardi"}]
    )
    pipeline.to_disk(tmp_path / "names")
    found = second_opinion(f"spacy:{tmp_path / 'names'}")
    assert found is not None
    assert found.look("Voir Paul Chrétien mardi") == [Sight("person", 5, 18, 1.0)]


@pytest.mark.parametrize("name", ["spacy:no_such_pipeline", "no.such:Thing", "json:Thing", "json:loads", "word"])
def test_what_does_not_load_is_an_error_that_names_the_setting(name: str) -> None:
    with pytest.raises(Misconfigured, match="ISOLOIR_SECOND_OPINION"):
        second_opinion(name)


def test_the_french_pipeline_of_the_extra_sees_a_person_and_a_place() -> None:
    pytest.importorskip(PIPELINE, reason="requirements/opinion.txt is not installed")
    found = second_opinion(f"spacy:{PIPELINE}")
    assert found is not None
    seen = {one.sees for one in found.look("Emmanuel Martin habite à Marseille.")}
    assert {"person", "place"} <= seen
