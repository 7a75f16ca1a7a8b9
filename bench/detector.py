"""The detector: how right it is on each set of texts, how fast, and what a plain deny list of Presidio does beside it.

``python -m bench.detector [SET.jsonl ...]``. The sets of the repository were written before the vocabulary grew
(first, second) or with it frozen (all others, which then were worked with); docs/detector.md has how each scored then.
Other sets, one JSON object a line with id, kind, text, label and category, may be named behind it.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from bench import yardstick
from policy.detect import detect, lexicon_version, screen_lines, warm_up
from policy.detect.lexicon import lexicon

OURS = sorted((Path(__file__).parents[1] / "tests" / "policy" / "detect" / "texts").glob("*.jsonl"))
NOTES = 5_000
ROUNDS = 5
NAIVE_NOTES = 200
NAIVE_TERMS = 2_000
WORDS = (
    "le la les un une des de du en à il elle on et ou pour avec sur dans pas ne plus au par qui que son sa ses très se "
    "monsieur banc devant marchand piste cyclable samedi matin trois voisins deuxième étage demandent lampadaires "
    "sombre hiver rappeler heures merci affiche vitrine poubelles trottoir poussettes collège bibliothèque horaires "
    "commerce boulanger potager digicode sonnette ascenseur loyer charges chauffage isolation train quai abri pluie"
).split()
START = """
import resource, sys, time
from pathlib import Path
from policy.detect.automaton import vocabulary
began = time.process_time()
vocabulary(Path(sys.argv[1]))
used = time.process_time() - began
def mebibytes(): return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
print(f"{used:.2f} s of processor, {mebibytes()}", end="")
from policy.detect import warm_up
warm_up()
print(f", with Presidio {mebibytes()}")
"""
PHRASES = ("Elle est musulmane pratiquante.", "Il est diabétique.", "Adhérent de la CGT.", "Il sort de prison.")


def main(names: Sequence[str]) -> None:
    """Measure, and print everything."""
    print(f"lexicon {lexicon_version()}: {sum(len(group.words) for group in lexicon().groups)} entries")
    _starts()
    for path in (*OURS, *map(Path, names)):
        _accuracy(path)
    _speed()
    yardstick.measure()


def _starts() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for what in ("compiled", "from cache"):
            program = [sys.executable, "-c", START, folder]
            print(
                f"  start, {what}:", subprocess.run(program, check=True, capture_output=True, text=True).stdout.strip()
            )


def _accuracy(path: Path) -> None:
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    decided = {answer["id"]: answer["decision"] for answer in screen_lines(cases)}
    rates: dict[str, list[bool]] = defaultdict(list)
    count: Counter[tuple[str, bool]] = Counter()
    for case in cases:
        hit = _is_hit(case, decided[case["id"]])
        count[case["label"], hit] += 1
        if case["label"] == "forbidden":
            rates[f"recall {case['category']}"].append(hit)
            rates[f"recall of kind {case['kind']}"].append(hit)
        else:
            rates["false alarms " + ("ordinary" if case["category"] == "none" else "look-alikes")].append(hit)
    right, wrong = count["forbidden", True], count["allowed", True]
    recall = right / (right + count["forbidden", False])
    print(f"{path.stem}: {len(cases)} texts, precision {right / (right + wrong):.3f}, recall {recall:.3f}")
    for name, hits in sorted(rates.items()):
        print(f"  {name:32} {sum(hits) / len(hits):.2f} ({len(hits)})")


def _is_hit(case: dict[str, Any], decision: str) -> bool:
    opinion = case["label"] == "allowed" or case["category"] == "political_opinion"
    return decision == "block" or (decision == "conditional" and opinion)


def _speed() -> None:
    warm_up()
    chance = random.Random(0)  # noqa: S311 - the same notes at every run
    notes = [" ".join(chance.choices(WORDS, k=chance.randint(40, 60))) for _ in range(NOTES)]
    notes = [note for note in notes if detect("note", note).decision == "allow"]
    plain = _rate(notes, lambda note: detect("note", note))
    some = [f"{note} {chance.choice(PHRASES)}" if number % 20 == 0 else note for number, note in enumerate(notes)]
    print(
        f"notes a second and core, nothing hits: {plain:,.0f}; 5 % hit: {_rate(some, lambda n: detect('note', n)):,.0f}"
    )
    naive = _naive()
    rate = _rate(notes[:NAIVE_NOTES], lambda note: naive.analyze(note, language="fr"))
    print(
        f"a plain deny list of Presidio with {NAIVE_TERMS} of the terms: {rate:,.0f} ({plain / rate:,.0f} times slower)"
    )


def _rate(notes: Sequence[str], act: Callable[[str], object]) -> float:
    """Return the notes a second of the best of some rounds: what else the machine does only ever slows a round."""
    return max(_round(notes, act) for _ in range(ROUNDS))


def _round(notes: Sequence[str], act: Callable[[str], object]) -> float:
    began = time.thread_time()
    for note in notes:
        act(note)
    return len(notes) / (time.thread_time() - began)


def _naive() -> AnalyzerEngine:
    words = sorted({word for group in lexicon().groups if group.strength != "weak" for word in group.words})
    terms = random.Random(0).sample(words, NAIVE_TERMS)  # noqa: S311 - the same terms at every run
    nlp = NoOpNlpEngine(models=[{"lang_code": "fr", "model_name": "none"}])
    nlp.load()
    one = PatternRecognizer("FORBIDDEN", deny_list=terms, supported_language="fr")
    registry = RecognizerRegistry(recognizers=[one], supported_languages=["fr"])
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["fr"])


if __name__ == "__main__":
    main(sys.argv[1:])
