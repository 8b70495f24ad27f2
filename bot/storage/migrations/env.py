"""What Alembic runs: the steps, on the connection (and in the transaction) that the caller opened."""

from alembic import context

from bot.storage.tables import metadata

# render_as_batch: SQLite alters a table by building it anew.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
