"""The confirmation that precedes everything that stops, overwrites or destroys."""

import io
from dataclasses import dataclass, field, replace
from typing import Any

import discord
from typing_extensions import override

from bot.core.i18n import N_, _
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.respond import CONFIRMED_BY, ask, respond, respond_privately, show_progress
from bot.ui.kit.shown_views import lasting
from bot.ui.kit.text import label
from bot.ui.kit.view import LABEL_LIMIT, BaseModal, BaseView, view_of

BUTTON_S = 60.0
TYPED_S = 600.0
_VARIANT = "variant"
_CANCELLED = N_("Cancelled. Nothing was changed.")
_EXPIRED = N_("This prompt has expired. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked. Three strengths: a short card, a card that previews, and `typed`, a name to type.

    `file` (name, content) comes with the preview; `others` are further buttons, which end nothing by
    themselves; `patience_s` is for previews that take long to read. What is `undoable` is offered first and
    not in red; otherwise Cancel comes first.

    `variant` is a second button that confirms, and wants more than `confirm`: see `is_variant()`.
    """

    card: Card
    confirm: str = field(default_factory=lambda: _("Confirm"))
    typed: str | None = None
    file: tuple[str, bytes] | None = None
    others: tuple[discord.ui.Button[Any], ...] = ()
    patience_s: float | None = None
    undoable: bool = False
    variant: str | None = None


def is_variant(confirmed_by: Interaction) -> bool:
    """Whether a prompt was confirmed by the button of its `variant`."""
    return confirmed_by.extras.get(_VARIANT) is True


async def confirm(interaction: Interaction, prompt: Prompt, access: AccessCheck) -> Interaction | None:
    """Ask, and return the interaction that confirmed (acknowledged, with a fresh token), else None.

    Only the asker can answer and only while they have access; the first click wins; the buttons are
    disabled on every way out. 60 seconds, 10 minutes where a name is typed, or what the prompt says.
    """
    view = _Confirmation(interaction, access, prompt)
    file = discord.File(io.BytesIO(prompt.file[1]), prompt.file[0]) if prompt.file else None
    await ask(interaction, card=prompt.card, view=view, file=file)
    await view.wait()
    if view.yes is None:
        return None
    for asked in (interaction, view.yes):
        asked.extras[CONFIRMED_BY] = view.yes
    working = replace(prompt.card, colour=theme.QUIET, footer=_("Confirmed, working…"))
    await show_progress(view.yes, card=working, view=view.greyed())
    return view.yes


class _Confirmation(BaseView):
    offers_back = False

    def __init__(self, interaction: Interaction, access: AccessCheck, prompt: Prompt) -> None:
        patience_s = prompt.patience_s or (TYPED_S if prompt.typed else BUTTON_S)
        super().__init__(interaction, access, timeout=patience_s)
        self.prompt = prompt
        self.yes: Interaction | None = None
        acts: list[discord.ui.Button[Any]] = [_Confirm(prompt)]
        if prompt.variant is not None:
            acts.append(_Variant(prompt.variant))
        for button in (*((*acts, _Cancel()) if prompt.undoable else (_Cancel(), *acts)), *prompt.others):
            self.add_item(button)

    async def cancel(self, interaction: Interaction) -> None:
        """Say that nothing was done, unless it was confirmed before."""
        if self.is_finished():
            await respond_privately(interaction, _(_EXPIRED))
            return
        self.stop()
        await respond(interaction, card=theme.card("", _(_CANCELLED), colour=theme.QUIET))

    async def accept(self, interaction: Interaction) -> None:
        """Record the first confirmation and stop the view."""
        if self.is_finished():
            await respond_privately(interaction, _(_EXPIRED))
            return
        self.yes = interaction
        self.stop()

    @override
    async def on_timeout(self) -> None:
        if self.shown_by is not None:
            self.stop()
            place = self.place if self.back is None else None
            view = None if place is None else lasting([place.button()])
            await respond(self.shown_by, card=theme.card("", _(_EXPIRED), colour=theme.QUIET), view=view)

    @override
    async def on_error(
        self, interaction: AnyInteraction, error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        """End it: a confirmation that failed once is not left to be pressed again."""
        await super().on_error(interaction, error, item)
        await self.disable()


class _Cancel(discord.ui.Button[_Confirmation]):
    def __init__(self) -> None:
        super().__init__(label=_("Cancel"), style=discord.ButtonStyle.secondary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).cancel(interaction)


class _Confirm(discord.ui.Button[_Confirmation]):
    """Confirms, or opens the form in which a name is typed, from memory: dismissing it leaves the button."""

    def __init__(self, prompt: Prompt) -> None:
        style = discord.ButtonStyle.primary if prompt.undoable else discord.ButtonStyle.danger
        super().__init__(label=label(prompt.confirm, LABEL_LIMIT), style=style)
        self.acknowledgement = Acknowledgement.IN_PLACE if prompt.typed is None else Acknowledgement.FORM

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        if view.prompt.typed is None:
            await view.accept(interaction)
        else:
            await open_form(interaction, _TypedName(interaction, view, view.prompt.typed))


class _Variant(discord.ui.Button[_Confirmation]):
    """Confirms the prompt, and more."""

    def __init__(self, words: str) -> None:
        super().__init__(label=label(words, LABEL_LIMIT), style=discord.ButtonStyle.secondary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        interaction.extras[_VARIANT] = True
        await view_of(self).accept(interaction)


class _TypedName(BaseModal):
    def __init__(self, interaction: Interaction, view: _Confirmation, name: str) -> None:
        super().__init__(interaction, view.access, title=_("Type the name to confirm"), timeout=TYPED_S)
        self._confirmation = view
        self._wanted = name
        self._name: discord.ui.TextInput[_TypedName] = discord.ui.TextInput(
            placeholder=label(name, 100), max_length=400
        )
        self.add_item(
            discord.ui.Label(text=label(_("Type “{name}” to confirm", name=name), 45), component=self._name)
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Compare; a wrong name changes nothing and the button stays alive."""
        if self._name.value.strip() == label(self._wanted, 400):
            await self._confirmation.accept(interaction)
        else:
            await respond_privately(
                interaction, _("That isn't the name. Nothing was changed. Press the button to try again.")
            )
