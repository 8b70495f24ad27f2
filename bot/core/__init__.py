"""What every part of the bot may import: errors, clock, log, supervisor, heartbeat."""
