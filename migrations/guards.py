"""Whether PostgreSQL still holds the guards that the migrations put up: the role, its grants, row-level security."""

from collections.abc import Iterator

from sqlalchemy import text

from kernel.database import APPLICATION_ROLE, Transaction
from migrations.dialect import APPEND_ONLY, DIRECTORY
from migrations.models import METADATA

_ROLE = text("SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = :role")
_LOGIN = text(
    "SELECT rolsuper OR rolbypassrls AS above, "
    "EXISTS (SELECT FROM pg_class WHERE relname = 'entry' AND relowner = r.oid) AS owner "
    "FROM pg_roles r WHERE rolname = session_user"
)
_TABLES = text(
    "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced, "
    "(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies, "
    "(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'own_campaign' "
    "AND pg_get_expr(p.polqual, p.polrelid) LIKE '%isoloir.campaign%' "
    "AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%isoloir.campaign%') AS ours, "
    "has_table_privilege(:role, c.oid, 'SELECT') AND has_table_privilege(:role, c.oid, 'INSERT') AS usable, "
    "has_table_privilege(:role, c.oid, 'UPDATE') OR has_table_privilege(:role, c.oid, 'DELETE') AS changeable, "
    "has_table_privilege(:role, c.oid, 'TRUNCATE') AS emptiable "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'keys')"
)


def broken_guards(reading: Transaction) -> Iterator[str]:
    """Yield what is not as the migrations left it, in the words of the operator's messages."""
    role = {"role": APPLICATION_ROLE}
    found = reading.query(_ROLE, role)
    if not found:
        yield f"the role {APPLICATION_ROLE} is missing"
        return
    if found[0].rolsuper or found[0].rolbypassrls:
        yield f"the role {APPLICATION_ROLE} is not bound by row-level security"
    if found[0].rolcanlogin:
        yield f"the role {APPLICATION_ROLE} may log in"
    told = {row.relname: row for row in reading.query(_TABLES, role)}
    for name in sorted(table.name for table in METADATA.tables.values()):
        if name not in told:
            yield f"the table {name} is missing"
        else:
            yield from _broken(name, told[name])


def weak_login(reading: Transaction) -> str | None:
    """Name what the login could do that no server needs: go round row-level security, or lift it."""
    login = reading.query(_LOGIN)[0]
    if login.above:
        return "the login of the database goes round row-level security: serve under another"
    if login.owner:
        return "the login of the database owns the tables, and could lift their guards: serve under another"
    return None


def _broken(name: str, row: object) -> Iterator[str]:
    if name not in DIRECTORY and not (row.forced and row.policies == row.ours == 1):  # type: ignore[attr-defined]
        yield f"the table {name} is not guarded by row-level security"
    if not row.usable:  # type: ignore[attr-defined]
        yield f"the role {APPLICATION_ROLE} may not use the table {name}"
    if (name in APPEND_ONLY and row.changeable) or row.emptiable:  # type: ignore[attr-defined]
        yield f"the role {APPLICATION_ROLE} may change or empty the table {name}"
