"""Index values are computed for many contacts at once, and are those of each by itself."""

from contacts.indexing import INDEX_PURPOSES, MATCHING, NAME_FIRST, Indexer, index_texts, names_of
from crypto.campaign_keys import CampaignKey, CampaignKeys, State
from crypto.index import blind
from policy.draft import Datum
from tests.crypto.factories import CAMPAIGN, secret

VERSIONS: dict[int, State] = {1: "retiring", 2: "active", 3: "pending"}
ROTATING = CampaignKeys(
    CAMPAIGN,
    [
        CampaignKey(purpose, version, state, secret(f"{number} {version}"))
        for number, purpose in enumerate(INDEX_PURPOSES)
        for version, state in VERSIONS.items()
    ],
)
MARIE: tuple[Datum, ...] = (
    ("last_name", "Dupont-Moretti"),
    ("usage_name", "Durand"),
    ("first_names", "Marie-Hélène, Jeanne"),
    ("birth_date", "1960-02-03"),
    ("email", "marie@example.fr"),
)
HER_HUSBAND: tuple[Datum, ...] = (("last_name", "Durand"), ("first_names", "Jean"), ("email", "marie@example.fr"))
NOBODY: tuple[Datum, ...] = (("last_name", "Durand"), ("phone", "0262 41 12 34"), ("external_id", "roll\x1f1"))


def test_many_contacts_get_the_values_of_each_under_every_version_while_keys_rotate() -> None:
    every = [MARIE, HER_HUSBAND, (), NOBODY]
    found = Indexer(ROTATING).indexed_each([(names_of(data), data) for data in every])
    for data, one in zip(every, found, strict=True):
        texts = index_texts(data)
        stored = {value for purpose, some in texts for value in blind(ROTATING, purpose, some, [2, 3])}
        asked = [blind(ROTATING, purpose, some, [1, 2, 3]) for purpose, some in texts if purpose in MATCHING]
        sought = {value for values in asked for value in values}
        firsts = [text for purpose, some in texts if purpose == NAME_FIRST for text in some]
        named = blind(ROTATING, NAME_FIRST, firsts, [1, 2, 3])
        assert (one.stored, one.sought) == (sorted(stored), frozenset(sought))
        assert Indexer(ROTATING).name_values(data) == frozenset(named)
    assert [len(one.stored) for one in found] == [2 * 11, 2 * 2, 0, 2 * 2]
