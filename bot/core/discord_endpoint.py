"""Points discord.py at a simulated Discord on this machine."""

import discord.http
import yarl
from discord.gateway import DiscordWebSocket

API_PATH = f"/api/v{discord.http.INTERNAL_API_VERSION}"
GATEWAY_PATH = "/gateway"


def point_discord_at(url: str) -> None:
    """Send all requests and gateway connections of this process to `url` (scheme, host and port only)."""
    address = yarl.URL(url)
    discord.http.Route.BASE = url + API_PATH
    DiscordWebSocket.DEFAULT_GATEWAY = address.with_scheme("ws").with_path(GATEWAY_PATH)
