"""What Quetzal remembers: SQLAlchemy Core on an embedded SQLite file."""
