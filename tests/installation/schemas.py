"""The comparison of a database with the program's tables, made once for each schema that there is.

It costs more than all the rest of what the doctor does, and its answer depends on the schema alone.
"""

from sqlalchemy import make_url

from migrations.run import differences
from tests.factories import raw

_DEFINITIONS = {
    "sqlite": ("SELECT type, name, sql FROM sqlite_master ORDER BY type, name",),
    "postgresql": (
        """SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema IN ('public', 'keys') ORDER BY 1, 2, ordinal_position""",
        "SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'keys') ORDER BY 1",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2, 3",
    ),
}
_compared: dict[str, list[object]] = {}


def compare_once(url: str) -> list[object]:
    """Return what ``differences`` returns, which is asked once for each schema."""
    with raw(url) as database:
        told = repr([database.run(one) for one in _DEFINITIONS[make_url(url).get_backend_name()]])
    if told not in _compared:
        _compared[told] = differences(url)
    return _compared[told]
