"""How a server starts: its start command and its variables."""
