"""Players: who is on, who was, and how games are asked."""
