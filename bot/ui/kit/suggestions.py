"""“Did you mean …?”: what a person got wrong, with a button for each thing that they may have meant."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.error_report import error_card
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton, PagesView, ServerHub
from bot.ui.kit.text import inline_code, label
from bot.ui.kit.view import LABEL_LIMIT, BaseView, view_of

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may have been meant: what the command is run with, and how people read it."""

    value: str
    name: str


Rerun = Callable[[ServerContext, str], Awaitable[None]]
"""Runs the command again with what was suggested."""


async def suggest(
    context: ServerContext,
    error: QuetzalError,
    suggestions: Sequence[Suggestion],
    rerun: Rerun,
    *,
    page: HubPage | None = None,
) -> None:
    """Show the error with the likeliest suggestions and the page that lists all there are.

    Raises the error when there is neither.
    """
    if not suggestions and page is None:
        raise error
    likely = suggestions[:_SHOWN]
    if len(likely) == 1:
        error.next_step = _("Did you mean {likely}?", likely=inline_code(likely[0].name))
    elif likely:  # the buttons name them
        error.next_step = _("Did you mean one of these?")
    elif page is not None:
        error.next_step = _("Press **{page}** to see what there is.", page=page.text)
    view = SuggestionsView(context, likely, rerun)
    if page is not None:
        view.add_item(PageButton(page, context))
    await respond(context.interaction, card=error_card(error, "", in_change=False), view=view)


async def lead_to(page: HubPage, context: ServerContext, error: QuetzalError) -> None:
    """Show an error with the page on which it is put right; raise it for those who can't open that."""
    if (await context.permit()).level < context.interaction.client.shared(ServerHub).get(page).level:
        raise error
    card = error_card(error, "", in_change=False)
    await respond(context.interaction, card=card, view=PagesView(context, page))


class SuggestionsView(BaseView):
    """A button for each suggestion."""

    def __init__(self, context: ServerContext, suggestions: Sequence[Suggestion], rerun: Rerun) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.rerun = rerun
        for suggestion in suggestions:
            self.add_item(_SuggestionButton(suggestion))


class _SuggestionButton(discord.ui.Button[SuggestionsView]):
    def __init__(self, suggestion: Suggestion) -> None:
        super().__init__(label=label(suggestion.name, LABEL_LIMIT))
        self._suggestion = suggestion

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await view.rerun(view.context.continued_by(interaction), self._suggestion.value)
