"""The button that leads from one thing to the list that it is in."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import discord
from typing_extensions import override

from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.server_context import ServerContext

ShowList: TypeAlias = Callable[[ServerContext], Awaitable[None]]


class ListButton(discord.ui.Button[Any]):
    """Shows the list as it is now, in the same message."""

    def __init__(
        self, context: ServerContext, to_list: ShowList, words: str, *, row: int | None = None
    ) -> None:
        super().__init__(label=words, row=row)
        self._context = context
        self._to_list = to_list

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await self._to_list(self._context.continued_by(interaction))
