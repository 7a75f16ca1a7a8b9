"""Object: find whom an opposition is about in this campaign, refuse for them, and keep the hashes for every other."""

from collections.abc import Sequence

from audit.processing import Processing
from consent.carry import Carrying
from consent.incoming import let_nobody_in
from consent.oppositions import NewOpposition, forms, record_oppositions
from contacts.holders import holders_of_data
from kernel.identity import PersonId


def oppose(processing: Processing, oppositions: Sequence[NewOpposition], carrying: Carrying = Carrying.SAID) -> int:
    """Keep oppositions and refuse for every contact they are about; return how many entries. Raises Invalid.

    An address alone is enough, whoever else shares it: a refusal too many harms nobody.
    """
    let_nobody_in(processing)
    found: list[set[PersonId]] = holders_of_data(processing, [one.data for one in oppositions], forms)
    return record_oppositions(processing, oppositions, found, carrying)
