"""What Quetzal remembers: SQLAlchemy Core on an embedded SQLite file."""

from bot.store.store import Store

__all__ = ["Store"]
