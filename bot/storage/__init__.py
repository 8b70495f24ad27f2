"""The database: SQLAlchemy Core on an embedded SQLite file."""

from bot.storage.database import Store

__all__ = ["STORE", "Store"]

STORE = "quetzal.db"
"""The name of its file in the data directory."""
