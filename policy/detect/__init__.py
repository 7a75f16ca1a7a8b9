"""Find forbidden attributes in texts: notes, tags, names of columns, values and segments."""

from policy.detect.decide import detect, warm_up
from policy.detect.lexicon import lexicon_version
from policy.detect.screening import screen_lines
from policy.detect.verdict import Decision, Detection, Hit, Kind

__all__ = ["Decision", "Detection", "Hit", "Kind", "detect", "lexicon_version", "screen_lines", "warm_up"]
