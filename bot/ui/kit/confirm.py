"""confirm(): the only way to anything that stops, overwrites or destroys."""

import io
from dataclasses import dataclass
from typing import Any

import discord
from typing_extensions import override

from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.respond import CONFIRMED_BY, ask, respond, respond_privately, show_progress
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseModal, BaseView

BUTTON_S = 60.0
TYPED_S = 600.0
_LABEL_LIMIT = 80
_TOO_LATE = "This was answered already, or its time is over. Nothing more was done."


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked. Three strengths: a short embed, an embed that previews, and `typed`, a name to type.

    `file` (name, content) comes with the preview; `others` are further buttons, which end nothing by
    themselves; `patience_s` is for previews that take long to read. What is `undoable` is offered first and
    not in red; otherwise Cancel comes first.
    """

    embed: discord.Embed
    confirm: str = "Confirm"
    typed: str | None = None
    file: tuple[str, bytes] | None = None
    others: tuple[discord.ui.Button[Any], ...] = ()
    patience_s: float | None = None
    undoable: bool = False


async def confirm(interaction: Interaction, prompt: Prompt, access: AccessCheck) -> Interaction | None:
    """Ask, and return the interaction that said yes (acknowledged, with a fresh token), else None.

    Only the asker can answer and only while they have access; the first click wins; the buttons are
    disabled on every way out. 60 seconds, 10 minutes where a name is typed, or what the prompt says.
    """
    view = _Confirmation(interaction, access, prompt)
    file = discord.File(io.BytesIO(prompt.file[1]), prompt.file[0]) if prompt.file else None
    await ask(interaction, embed=prompt.embed, view=view, file=file)
    await view.wait()
    if view.yes is None:
        return None
    interaction.extras[CONFIRMED_BY] = view.yes
    await show_progress(view.yes, embed=_ended(prompt, "Confirmed, working…"), view=view.greyed())
    return view.yes


class _Confirmation(BaseView):
    def __init__(self, interaction: Interaction, access: AccessCheck, prompt: Prompt) -> None:
        patience_s = prompt.patience_s or (TYPED_S if prompt.typed else BUTTON_S)
        super().__init__(interaction, access, timeout=patience_s)
        self.prompt = prompt
        self.yes: Interaction | None = None
        if prompt.undoable:
            self._confirm.style, self._cancel.style = (
                discord.ButtonStyle.primary,
                discord.ButtonStyle.secondary,
            )
            self.remove_item(self._cancel).add_item(self._cancel)
        for other in prompt.others:
            self.add_item(other)
        self._confirm.label = label(prompt.confirm, _LABEL_LIMIT)

    @discord.ui.button(label="Cancel", style=discord.ButtonStyle.primary)
    async def _cancel(self, interaction: Interaction, _: discord.ui.Button["_Confirmation"]) -> None:
        if self.is_finished():
            await respond_privately(interaction, _TOO_LATE)
            return
        self.stop()
        await respond(
            interaction, embed=_ended(self.prompt, "Cancelled. Nothing was changed."), view=self.greyed()
        )

    @discord.ui.button(style=discord.ButtonStyle.danger)
    async def _confirm(self, interaction: Interaction, _: discord.ui.Button["_Confirmation"]) -> None:
        if self.prompt.typed is None:
            await self.accept(interaction)
        else:
            # From memory; dismissing it leaves the button alive.
            await open_form(interaction, _TypedName(interaction, self, self.prompt.typed))

    @override
    def acknowledgement(self, item: discord.ui.Item[Any] | None) -> Acknowledgement:
        """Let the button open a form where a name is to be typed."""
        if item is self._confirm and self.prompt.typed is not None:
            return Acknowledgement.FORM
        return super().acknowledgement(item)

    async def accept(self, interaction: Interaction) -> None:
        """Take the first yes; confirm() goes on with it."""
        if self.is_finished():
            await respond_privately(interaction, _TOO_LATE)
            return
        self.yes = interaction
        self.stop()

    @override
    async def on_timeout(self) -> None:
        if self.shown_by is not None:
            ended = _ended(self.prompt, "Time is over. Nothing was changed.")
            await respond(self.shown_by, embed=ended, view=self.greyed())

    @override
    async def on_error(
        self, interaction: AnyInteraction, error: Exception, item: discord.ui.Item[discord.ui.View], /
    ) -> None:
        """End it: a confirmation that failed once is not left to be pressed again."""
        await super().on_error(interaction, error, item)
        await self.disable()


class _TypedName(BaseModal):
    def __init__(self, interaction: Interaction, view: _Confirmation, name: str) -> None:
        super().__init__(interaction, view.access, title="Are you sure?", timeout=TYPED_S)
        self._confirmation = view
        self._wanted = name
        self._name: discord.ui.TextInput[_TypedName] = discord.ui.TextInput(
            placeholder=label(name, 100), max_length=400
        )
        self.add_item(
            discord.ui.Label(
                text="Type the name to go on", description=label(name, 100), component=self._name
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Compare; a wrong name changes nothing and the button stays alive."""
        if self._name.value.strip() == label(self._wanted, 400):
            await self._confirmation.accept(interaction)
        else:
            await respond_privately(
                interaction, "That is not the name. Nothing was changed; press the button to try again."
            )


def _ended(prompt: Prompt, how: str) -> discord.Embed:
    embed = prompt.embed.copy()
    embed.colour = theme.QUIET
    embed.set_footer(text=how)
    return embed
