"""Pages are set whatever stands in the data: one sign that no font has leaves nobody without them."""

from datetime import UTC, datetime
from pathlib import Path

from kernel.typeset import typeset

AT = datetime(2026, 11, 21, tzinfo=UTC)
TEMPLATE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: "essai")
#set text(font: "Libertinus Serif", lang: "fr")
#told.texts.join(" ")
"""


def test_every_sign_of_every_alphabet_is_set_or_stands_as_a_dot(tmp_path: Path) -> None:
    template = tmp_path / "essai.typ"
    template.write_text(TEMPLATE, encoding="utf-8")
    every = [chr(number) for number in (*range(0x0530), *range(0x1E00, 0x2070))]
    others = ["\u674e", "\u0645\u062d\u0645\u062f", "\U0001f600", "\u0421\u043e\u0444\u0438\u044f", "a\u0323\u0302"]
    assert typeset(template, {"texts": [*every, *others], "count": 1}, AT).startswith(b"%PDF-")
