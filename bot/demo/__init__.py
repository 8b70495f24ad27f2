"""The bot on a simulated Discord: demo page and tour."""
