"""Shared by every part of the bot: errors, clock, log, supervisor, heartbeat."""
