"""Alembic runs this; the connection is handed in by ``reflections.stores.postgres.migrate``."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
