"""Reports each error once: a message for the person, the whole of it in the log, one reference in both."""

import logging
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import app_commands

from bot.core.errors import NOTHING_CHANGED, AccessDenied, BadInput, QuetzalError
from bot.core.i18n import N_, _, english
from bot.ui.kit import theme
from bot.ui.kit.authorize import actor
from bot.ui.kit.card import Card
from bot.ui.kit.client import Interaction
from bot.ui.kit.delivery import Acknowledgement, NotAcknowledged, acknowledgement_of
from bot.ui.kit.respond import CONFIRMED_BY, has_progress, has_result, respond, respond_privately
from bot.ui.kit.shown_views import ShownView
from bot.ui.kit.written import walk

log = logging.getLogger(__name__)

_KEPT = 20


class QuestionExpired(QuetzalError):
    """A question expired. Its message says so already, so nothing is reported."""

    is_fault = False
    happened = N_("The prompt expired.")
    next_step = N_("Run the command again.")


class Defect(QuetzalError):
    """Anything but an error of ours: the log has its traceback."""

    title = N_("Internal error")
    state = N_("It may be partly done: check before you try again.")


class DiscordRefused(QuetzalError):
    """Discord refused a message or response, and further tries are no use."""

    title = N_("Discord rejected the response")
    happened = N_("Discord didn't accept Quetzal's response.")
    state = N_("What you asked for may have been done: check before you try again.")


@dataclass(frozen=True, slots=True)
class ErrorNote:
    """A fault that was shown to a person: enough for `/quetzal about`, the rest is in the log."""

    reference: str
    guild_id: int | None
    at: datetime
    happened: str


class RecentErrors(deque[ErrorNote]):
    """The last few of all guilds, the newest first."""

    def __init__(self) -> None:
        super().__init__(maxlen=_KEPT)


async def report(
    interaction: Interaction,
    error: BaseException,
    *,
    in_place: bool = False,
    view: ShownView | None = None,
) -> None:
    """Show it to the person and log it; never raises, since no caller could handle it.

    It takes the place of what says that work is under way, never that of a result. `in_place`: that of the
    message whose button was pressed, too. `view`: what can be pressed on it, where it takes a place.
    """
    reported = error_to_show(error)
    if isinstance(reported, QuestionExpired):
        return
    reference = secrets.token_hex(4)
    _log(interaction, reported, error, reference)
    if reported.is_fault:
        at = interaction.client.services.clock.now()
        note = ErrorNote(reference, interaction.guild_id, at, english(reported.happened))
        interaction.client.shared(RecentErrors).appendleft(note)
    if isinstance(reported, NotAcknowledged):  # there is no response that could say it
        return
    try:
        has_begun = interaction.client.services.audit.has_begun(interaction.id)
        in_change = has_begun or CONFIRMED_BY in interaction.extras
        card = error_card(reported, reference, in_change=in_change)
        await _show(interaction, card, view, in_place=in_place)
    except (discord.HTTPException, NotAcknowledged) as failure:
        log.warning("error %s couldn't be reported to anybody: %s", reference, failure)
    if isinstance(reported, AccessDenied):
        await note_refusal(interaction, reported.happened)


async def note_refusal(interaction: Interaction, why: str) -> None:
    """Record in the audit that a person tried what they may not do; never raises."""
    audit = interaction.client.services.audit
    try:
        await audit.refused(actor(interaction), _tried(interaction), why)
    except QuetzalError as error:
        log.warning("a refusal could not be written into the audit: %s", error)


def _tried(interaction: Interaction) -> str:
    """Name the command, or what a button or menu says; for a form its kind."""
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    if interaction.type is discord.InteractionType.modal_submit:
        return "a form"
    data: Mapping[str, Any] = interaction.data or {}
    custom_id = data.get("custom_id")
    items = walk(interaction.message.components) if interaction.message is not None else ()
    pressed = next((item for item in items if getattr(item, "custom_id", None) == custom_id), None)
    said = getattr(pressed, "label", None) or getattr(pressed, "placeholder", None)
    return f"“{said}”" if said else "a button"


async def _show(interaction: Interaction, card: Card, view: ShownView | None, *, in_place: bool) -> None:
    answered: Interaction = interaction.extras.get(CONFIRMED_BY, interaction)
    own = acknowledgement_of(answered) is not Acknowledgement.IN_PLACE
    if not has_result(answered) and (own or in_place or has_progress(interaction)):
        await respond(answered, card=card, view=view)
    else:  # what its message shows stays
        await respond_privately(answered, card=card)


def error_to_show(error: BaseException) -> QuetzalError:
    """Return the error to show: one of ours as it is; anything else is a defect."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, QuetzalError):
        return error
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return QuetzalError(
            _("This command has changed since your Discord app loaded it."),
            next_step=_("Reload Discord (on a computer: Ctrl+R) and run it again."),
        )
    if isinstance(error, app_commands.TransformerError):
        return BadInput(_("An option doesn't accept that value."))
    if isinstance(error, discord.HTTPException):
        return DiscordRefused(detail=str(error))
    return Defect()


def error_card(error: QuetzalError, reference: str, *, in_change: bool = True) -> Card:
    """Show what happened, what state things are in, what to do next.

    That nothing was changed is said only where something was about to be.
    """
    # Two stars in a name would end the bold in its middle, also those in code.
    bold = "" if "**" in error.happened else "**"
    is_in_title = error.happened.rstrip(".") == error.title
    happened = "" if is_in_title else f"{bold}{error.happened}{bold}"
    state = "" if english(error.state) == NOTHING_CHANGED.message and not in_change else error.state
    said = "\n".join(filter(None, (happened, state)))
    return theme.card(
        error.title,
        f"{said}\n\n➡️ {error.next_step}".lstrip(),
        colour=theme.BAD if error.is_fault else theme.CAREFUL,
        footer=_("Reference {reference}", reference=reference) if error.is_fault else None,
    )


def _log(interaction: Interaction, reported: QuetzalError, error: BaseException, reference: str) -> None:
    where = interaction.command.qualified_name if interaction.command else interaction.type.name
    if isinstance(reported, Defect):
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        log.error("%s: a defect in %s", reference, where, exc_info=cause)
        return
    level = logging.WARNING if reported.is_fault else logging.INFO
    log.log(
        level,
        "%s: %s: %s (%s) %s",
        reference,
        where,
        type(reported).__name__,
        english(reported.happened),
        reported.detail or "",
    )
