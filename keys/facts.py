"""The person keys as higher rooms may join them: wrapped, for reading only."""

from keys.store import PERSON_KEY

PERSON = PERSON_KEY.c.person_id
CAMPAIGN = PERSON_KEY.c.campaign_id
COMPARTMENT = PERSON_KEY.c.compartment
GENERATION = PERSON_KEY.c.generation
KEK_VERSION = PERSON_KEY.c.kek_version
WRAPPED = PERSON_KEY.c.wrapped
TABLE = PERSON_KEY
