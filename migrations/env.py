"""Run the history on one connection that ``migrations.run`` opened."""

from alembic import context
from sqlalchemy import Connection

from migrations.models import METADATA

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, include_schemas=True)
with context.begin_transaction():
    context.run_migrations()
