"""The Discord client as the interface sees it, so that nothing here imports the bot that is made of it."""

import asyncio
from typing import Any, TypeAlias, TypeVar

import discord
from discord.ext import commands

from bot.container import Services

T = TypeVar("T")


class QuetzalClient(commands.AutoShardedBot):
    """What responses, views and flows need of the bot: its services, and what one run of it shares."""

    services: Services
    came_up: asyncio.Event
    """Set once the bot knows its guilds for the first time."""

    def __init__(self, services: Services, **options: Any) -> None:
        self.services = services
        self.came_up = asyncio.Event()
        self._shared: dict[type[Any], Any] = {}
        super().__init__(**options)

    def shared(self, kind: type[T]) -> T:
        """Return the one object of this kind in this run; it is made when first asked for."""
        if kind not in self._shared:
            self._shared[kind] = kind()
        shared: T = self._shared[kind]
        return shared


Interaction: TypeAlias = discord.Interaction[QuetzalClient]
# For overrides: discord.py promises them any client.
AnyInteraction: TypeAlias = discord.Interaction[Any]
