"""Runs the migrations for Alembic on the caller's connection, in the caller's transaction."""

from alembic import context

from bot.storage.tables import metadata

# render_as_batch: SQLite alters a table by rebuilding it.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
