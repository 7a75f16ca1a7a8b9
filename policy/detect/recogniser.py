"""Stand in Presidio: one recogniser a category over one shared examination, in an engine that loads no model.

Presidio imports spaCy, which takes a second or more: only ``engine()`` and what calls it should import this module.
The explanation of a result names the lexicon group and the cues, never the text nor a pattern.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine

from policy.detect.examine import examine
from policy.detect.lexicon import CATEGORIES, lexicon_version
from policy.detect.verdict import Hit

LANGUAGES = ("fr", "en")
"""Both carry the same vocabulary: canvassers mix languages, and ten words do not tell which it is."""


@dataclass(frozen=True, slots=True)
class _Shared:
    text: str
    hits: list[Hit]


_shared: ContextVar[_Shared | None] = ContextVar("examination shared by the recognisers of one call", default=None)


class ForbiddenAttributeRecognizer(EntityRecognizer):
    """Recognise one category of forbidden attribute; also usable alone in any Presidio engine (as for a note)."""

    def __init__(self, category: str, language: str) -> None:
        self.category = category
        self.signature = f"isoloir.{category}"
        super().__init__(
            supported_entities=[category.upper()],
            name=self.signature,
            supported_language=language,
            version=lexicon_version(),
        )

    def load(self) -> None:
        """Load nothing: the automaton is shared and built at first use."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - Presidio's signature; each of us knows one entity
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 - and needs no model
    ) -> list[RecognizerResult]:
        """Return the results of this category, from the shared examination when there is one."""
        shared = _shared.get()
        hits = shared.hits if shared is not None and shared.text is text else examine("note", text)
        return [self._result(hit) for hit in hits if hit.category == self.category]

    def _result(self, hit: Hit) -> RecognizerResult:
        explanation = AnalysisExplanation(
            recognizer=self.signature, original_score=hit.score, pattern_name=hit.rule, textual_explanation=hit.reason
        )
        return RecognizerResult(hit.category.upper(), hit.start, hit.end, hit.score, analysis_explanation=explanation)


class NothingToAdd(ContextAwareEnhancer):
    """Leave the scores alone: the context was judged with the candidate, and may lower a score as well as raise it."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=0.0,
            min_score_with_context_similarity=0.0,
            context_prefix_count=0,
            context_suffix_count=0,
        )

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 - Presidio's signature
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002
        recognizers: list[EntityRecognizer],  # noqa: ARG002
        context: list[str] | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Return the results as they came."""
        return raw_results


@cache
def engine() -> AnalyzerEngine:
    """Return the analyser: our recognisers only, no model, nothing fetched, no text in its logs."""
    nlp = NoOpNlpEngine(models=[{"lang_code": language, "model_name": "none"} for language in LANGUAGES])
    nlp.load()
    recognisers = [
        ForbiddenAttributeRecognizer(category, language) for language in LANGUAGES for category in CATEGORIES
    ]
    registry = RecognizerRegistry(recognizers=recognisers, supported_languages=list(LANGUAGES))
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=nlp,
        context_aware_enhancer=NothingToAdd(),
        supported_languages=list(LANGUAGES),
        log_decision_process=False,
    )


def let_through(text: str, hits: list[Hit]) -> list[Hit]:
    """Return those of the hits found in a text that Presidio's engine lets through.

    Where nothing was found it has nothing to let through, and need not be asked: it takes longer than all the rest.
    """
    mark = _shared.set(_Shared(text, hits))
    try:
        results = engine().analyze(text, language="fr", return_decision_process=True)
    finally:
        _shared.reset(mark)
    return [_hit(result) for result in results]


def _hit(result: RecognizerResult) -> Hit:
    category = result.entity_type.lower()
    reason = result.analysis_explanation.textual_explanation or ""
    return Hit(category, f"forbidden.{category}", result.start, result.end, result.score, reason)
