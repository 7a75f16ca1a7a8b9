"""Find forbidden attributes in texts: notes, tags, names of columns, values and segments."""

from policy.detect.decide import detect, innocents, warm_up
from policy.detect.lexicon import lexicon_version, neutral_wording
from policy.detect.own import NO_WORDS, OwnLexicon, OwnWord, OwnWords, vocabulary_version
from policy.detect.rewrite import rewritten
from policy.detect.screening import screen_lines
from policy.detect.verdict import Decision, Detection, Hit, Kind

__all__ = [
    "NO_WORDS",
    "Decision",
    "Detection",
    "Hit",
    "Kind",
    "OwnLexicon",
    "OwnWord",
    "OwnWords",
    "detect",
    "innocents",
    "lexicon_version",
    "neutral_wording",
    "rewritten",
    "screen_lines",
    "vocabulary_version",
    "warm_up",
]
