"""One feature a cog: slash commands with button confirmations."""
