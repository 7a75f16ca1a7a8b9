"""What the two engines do differently in a migration, said once."""

from alembic import op
from sqlalchemy.schema import CreateSchema

from kernel.columns import KEYS
from kernel.database import APPLICATION_ROLE

APPEND_ONLY = frozenset({"entry", "sequence", "checkpoint"})
NEVER_CHANGED = frozenset({"interaction", "targeting"})
"""Tables whose rows are added and erased, and never changed."""
DIRECTORY = frozenset({"controller", "campaign", "campaign_end", "controller_key", "opposition"})
"""The only tables that no campaign scopes: read before any campaign is entered, or shared by a controller's campaigns.

Oppositions are keyed hashes under a controller's own key: they tell another campaign nothing.
"""


def on_postgresql() -> bool:
    """Tell whether the migration runs on PostgreSQL."""
    return op.get_context().dialect.name == "postgresql"


def limit_waiting() -> None:
    """Give up rather than queue behind long work: a waiting migration would block everybody after it."""
    if on_postgresql():
        op.execute("SET LOCAL lock_timeout = '5s'")
        op.execute("SET LOCAL statement_timeout = '15min'")


def keys_schema() -> str | None:
    """Return the schema of wrapped keys, which only PostgreSQL has."""
    return KEYS if on_postgresql() else None


def create_schema_and_role() -> None:
    """Create the keys' schema and the application's role, if this server has neither yet."""
    if not on_postgresql():
        return
    op.execute(CreateSchema(KEYS, if_not_exists=True))
    # Roles belong to the whole server: another database of it may have made ours already, even at this moment.
    op.execute(
        f"DO $$ BEGIN CREATE ROLE {APPLICATION_ROLE} NOLOGIN; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
    )
    op.execute(f"GRANT {APPLICATION_ROLE} TO CURRENT_USER")
    op.execute(f"GRANT USAGE ON SCHEMA {KEYS} TO {APPLICATION_ROLE}")
    # Many rows are staged in a temporary table. Everybody may make one, unless this server took that from everybody.
    op.execute(
        "DO $$ BEGIN EXECUTE format("
        f"'GRANT TEMPORARY ON DATABASE %I TO {APPLICATION_ROLE}', current_database()); END $$"
    )
    # The server reads the revision before it starts, under a login that may hold this role only.
    op.execute(f"GRANT SELECT ON alembic_version TO {APPLICATION_ROLE}")


def guard(*names: str) -> None:
    """Grant the application what it needs of these tables and no more, and scope each row to its campaign."""
    if not on_postgresql():
        return
    for name in names:
        table = name.rpartition(".")[2]
        rights = "SELECT, INSERT"
        if table not in APPEND_ONLY | DIRECTORY:
            rights += ", DELETE" if table in NEVER_CHANGED else ", UPDATE, DELETE"
        op.execute(f"GRANT {rights} ON {name} TO {APPLICATION_ROLE}")
        if table in DIRECTORY:
            continue
        op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        here = "campaign_id = (SELECT nullif(current_setting('isoloir.campaign', true), '')::uuid)"
        op.execute(f"CREATE POLICY own_campaign ON {name} USING ({here}) WITH CHECK ({here})")
