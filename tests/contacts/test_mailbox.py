"""A mailbox is a person's alone only where the file shows that nobody else has it."""

from pathlib import Path

from contacts.mailbox import sole_mailbox
from kernel.identity import PersonId
from tests.factories import World, marie, opened_world, raw, recorded, supporter

RIGHTS = "rights_request"


def mailbox_of(world: World, person: PersonId) -> str | None:
    with world.register.open(world.actor, RIGHTS) as processing:
        return sole_mailbox(processing, person)


def test_a_mailbox_that_two_have_or_that_the_index_does_not_know_is_nobodys_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        both = ("email", "couple@example.org")
        pair = [supporter(world, ("last_name", "Martin"), ("first_names", name), both) for name in ("Anne", "Luc")]
        alone, one, other = recorded(world, marie(world), *pair)
        assert mailbox_of(world, alone) == "marie@example.org"
        assert [mailbox_of(world, person) for person in (one, other)] == [None, None]
        with raw(sqlite_url) as database:
            database.run("DELETE FROM contact_index")
        assert mailbox_of(world, alone) is None, "where the index tells of nobody, nobody knows who else reads it"


def test_what_a_list_brought_as_an_address_and_is_none_is_passed_over(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        name, none = ("last_name", "Martin"), ("email", "pas une adresse")
        unreached, reached = recorded(
            world, supporter(world, name, none), supporter(world, name, none, ("email", "marie@example.org"))
        )
        assert mailbox_of(world, unreached) is None
        assert mailbox_of(world, reached) == "marie@example.org"
