"""Who asks: proven by a mailbox that is theirs alone, or by a code that was posted."""

from dataclasses import replace
from pathlib import Path

import pytest

from kernel.errors import Invalid
from rights.file import Person
from rights.identity import confirm_mailbox, post_code, try_posted_code
from rights.words import Kind, Way
from tests.factories import later, marie, recorded, voter
from tests.rights.asking import URL, asking, texts

ROLL = Person(first_names="Jean", last_name="Électeur1", birth_date="1960-05-04")


def test_a_mailbox_that_is_one_persons_alone_proves_who_asks_and_a_shared_one_does_not(
    database_url: str, tmp_path: Path
) -> None:
    with asking(database_url, tmp_path) as desk:
        (alone,) = recorded(desk.world, marie(desk.world))
        pair = [replace(marie(desk.world, "couple@example.org"), data=(("last_name", "Martin"), ("first_names", name),
                ("email", "couple@example.org"))) for name in ("Anne", "Luc")]  # fmt: skip
        recorded(desk.world, *pair)
        found = {}
        for address in ("marie@example.org", "couple@example.org", "inconnue@example.org"):
            asked = desk.receive(Kind.ACCESS, Person(email=address), way=Way.PAGE, quiet=True)
            desk.do(confirm_mailbox, asked.id)
            desk.do(confirm_mailbox, asked.id)
            desk.work()
            found[address] = desk.show(asked.id).line
        assert [(one.state, one.identity, one.contact) for one in found.values()] == [
            ("in_progress", "code", alone), ("received", "mailbox", None), ("received", "mailbox", None)
        ]  # fmt: skip
        again = desk.receive(Kind.ACCESS, quiet=True)
        desk.do(confirm_mailbox, again.id)
        assert any("votre demande" in text.lower() or "déjà demandé" in text for text in texts(desk))
        line = desk.show(again.id).line
        assert (line.state, line.first) == ("linked", found["marie@example.org"].id)


def test_a_code_that_was_posted_opens_once_and_locks_after_five_slips(sqlite_url: str, tmp_path: Path) -> None:
    with asking(sqlite_url, tmp_path) as desk:
        who = replace(ROLL, street="1 rue du Bac", postcode="75007", city="Paris")
        (jean,) = recorded(desk.world, voter(desk.world, 1))
        asked = desk.receive(Kind.ACCESS, who, contact=jean)
        with pytest.raises(Invalid, match="postal address"):
            desk.do(post_code, desk.receive(Kind.ACCESS).id, URL)
        posted = desk.do(post_code, asked.id, URL)
        assert posted.to == ("Jean Électeur1", "1 rue du Bac", "75007 Paris")
        code = next(line for line in posted.letter.text.splitlines() if line.replace(" ", "").isdigit())
        wrong = "0000 0001" if code != "0000 0001" else "0000 0002"
        for _ in range(5):
            assert not desk.do(try_posted_code, asked.id, wrong, URL)
        assert not desk.do(try_posted_code, asked.id, code, URL)
        posted = desk.do(post_code, asked.id, URL)
        code = next(line for line in posted.letter.text.splitlines() if line.replace(" ", "").isdigit())
        later(desk.world, days=31)
        assert not desk.do(try_posted_code, asked.id, code, URL)
        posted = desk.do(post_code, asked.id, URL)
        code = next(line for line in posted.letter.text.splitlines() if line.replace(" ", "").isdigit())
        assert desk.do(try_posted_code, asked.id, code, URL)
        line = desk.show(asked.id).line
        assert (line.identity, line.contact, line.state) == ("post", jean, "in_progress")
        assert not desk.do(try_posted_code, asked.id, code, URL)
