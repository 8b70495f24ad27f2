"""Typed client of the Pterodactyl client API and of Wings. Knows nothing of Discord."""
