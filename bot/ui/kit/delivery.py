"""Delivers responses to interactions, whatever becomes of the connection to Discord meanwhile.

A request whose response is lost may have been taken. So everything that goes to a person is made of two
requests that can be repeated without harm:

* the acknowledgement, of which Discord takes one: a second attempt after a fault is refused with 40060, which
  proves that the first was taken, or with 10062, which proves that none was and that it is too late;
* an edit of the original response, which says the same however often it is made.

https://docs.discord.com/developers/interactions/receiving-and-responding: the first has to come within three
seconds, edits within fifteen minutes.
"""

import io
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from enum import Enum
from itertools import chain, repeat

import discord

from bot.core.errors import QuetzalError
from bot.core.i18n import N_
from bot.ui.kit.client import Interaction
from bot.ui.kit.discord_errors import is_fault, is_fault_status, noted_answers
from bot.ui.kit.languages import speak_to
from bot.ui.kit.shown_views import Views
from bot.ui.kit.text import label

log = logging.getLogger(__name__)

TOKEN_LIVES = timedelta(minutes=14, seconds=30)
"""Fifteen minutes, less what the last edit may take."""
STALE_S = 60.0
"""What could not be acknowledged for so long is not begun any more: the person may have done it otherwise."""
_ATTEMPT_S = 20.0
_PROGRESS_S = 3.0
_PAUSES_S = (0.0, 0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
_LONGEST_PAUSE_S = 8.0
_FORM_TEXT = 45
"""Characters: https://docs.discord.com/developers/components/reference#label."""

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_UNKNOWN_INTERACTION, _ALREADY_ACKNOWLEDGED = 10062, 40060
# ... unknown webhook, invalid webhook token, unknown message: the person's side is gone.
_GONE = (_UNKNOWN_INTERACTION, 10015, 50027, 10008)
_ACKNOWLEDGED = "acknowledged"


class Acknowledgement(Enum):
    """The first response to an interaction, which decides what its original response is."""

    PRIVATE = "a new message for the person alone"
    PUBLIC = "a new message for everybody"
    IN_PLACE = "the message whose button was pressed"
    FORM = "a form"


class NotAcknowledged(QuetzalError):
    """Discord accepted no response in time, so none can be shown; nothing was begun."""

    title = N_("Discord was unreachable")
    happened = N_("Discord couldn't be reached in time to respond.")
    next_step = N_("Try again.")


class AcknowledgedTooLate(QuetzalError):
    """It was found out late that Discord had taken the acknowledgement."""

    title = N_("Discord was unreachable")
    happened = N_("Discord couldn't be reached for a while after you asked for this.")
    next_step = N_("Try again if you still want it.")


def acknowledgement_of(interaction: Interaction) -> Acknowledgement | None:
    """Return how the interaction was acknowledged, None when it was not yet."""
    acknowledgement = interaction.extras.get(_ACKNOWLEDGED)
    return acknowledgement if isinstance(acknowledgement, Acknowledgement) else None


def is_late(interaction: Interaction) -> bool:
    """Whether the original response cannot be edited any more."""
    return interaction.client.services.clock.now() - interaction.created_at > TOKEN_LIVES


async def acknowledge(interaction: Interaction, how: Acknowledgement) -> None:
    """Respond within Discord's three seconds; what is acknowledged already stays as it is.

    Raises NotAcknowledged or AcknowledgedTooLate, before which nothing may have been done.
    """
    if acknowledgement_of(interaction) is not None:
        return
    beside = how is not Acknowledgement.IN_PLACE
    speak_to(interaction, everyone=how is Acknowledgement.PUBLIC or (not beside and _is_public(interaction)))
    clock = interaction.client.services.clock
    began = clock.monotonic()
    await _acknowledge_with(
        interaction,
        how,
        lambda: interaction.response.defer(ephemeral=how is Acknowledgement.PRIVATE, thinking=beside),
    )
    if clock.monotonic() - began > STALE_S:
        raise AcknowledgedTooLate


async def open_form(interaction: Interaction, form: discord.ui.Modal) -> None:
    """Open a form, which has to be the first response; raises NotAcknowledged.

    Its title and labels are cut to what Discord takes, since they are longer in some languages.
    """
    form.title = label(form.title, _FORM_TEXT)
    for item in form.walk_children():
        if isinstance(item, discord.ui.Label):
            item.text = label(item.text, _FORM_TEXT)
    # discord.py listens to a form only once it knows that it was opened, and the response may get lost.
    interaction._state.store_view(form)  # noqa: SLF001 - nothing public does it
    await _acknowledge_with(interaction, Acknowledgement.FORM, lambda: interaction.response.send_modal(form))


async def edit_original(
    interaction: Interaction,
    view: discord.ui.LayoutView,
    files: Sequence[discord.File] = (),
    *,
    progress: bool = False,
) -> int | None:
    """Edit the original response for as long as it can be; returns the message's id, None when it could not.

    `progress` is given up soon: what is under way goes on without. Files are sent again with each attempt.
    """
    read = [(file, _read(file)) for file in files]

    async def edit() -> int:
        # A message of an earlier release may hold content and embeds, which Discord takes beside no layout.
        message = await interaction.edit_original_response(
            content=None, embed=None, view=view, attachments=[_copy(*pair) for pair in read]
        )
        return message.id

    return await _persist(interaction, edit, limit_s=_PROGRESS_S if progress else None)


async def send_beside(
    interaction: Interaction, view: discord.ui.LayoutView, files: Sequence[discord.File]
) -> None:
    """Send a private follow-up: it may arrive twice when the connection is cut, which is better than never.

    Discord has no nonce for follow-ups and lists none that is private, so its arrival can't be checked.
    """
    read = [(file, _read(file)) for file in files]

    async def send() -> int:
        message = await interaction.followup.send(
            view=view, files=[_copy(*pair) for pair in read], ephemeral=True, wait=True
        )
        return message.id

    await _persist(interaction, send, limit_s=STALE_S)


async def _acknowledge_with(
    interaction: Interaction, how: Acknowledgement, respond: Callable[[], Awaitable[object]]
) -> None:
    clock = interaction.client.services.clock
    faulty = False
    for pause_s in _pauses():
        if faulty and is_late(interaction):
            break
        if pause_s:
            await clock.sleep(pause_s)
        with noted_answers() as answers:
            try:
                await clock.timeout(_ATTEMPT_S, respond())
            except Exception as error:
                code = getattr(error, "code", None)
                faulty = faulty or is_fault(error) or any(is_fault_status(status) for status in answers)
                if code == _UNKNOWN_INTERACTION:
                    raise NotAcknowledged(detail="Discord had given up waiting") from error
                if not (code == _ALREADY_ACKNOWLEDGED and faulty):
                    if not is_fault(error):
                        raise
                    log.info("acknowledging %d: %s", interaction.id, type(error).__name__)
                    continue
        interaction.extras[_ACKNOWLEDGED] = how
        if how in (Acknowledgement.PRIVATE, Acknowledgement.PUBLIC):
            interaction.client.shared(Views).unfinished[interaction.id] = interaction
        return
    raise NotAcknowledged(detail="Discord could not be reached")


async def _persist(
    interaction: Interaction, request: Callable[[], Awaitable[int]], *, limit_s: float | None
) -> int | None:
    """Repeat a request until Discord has answered it, the person's side is gone, or it is too late."""
    clock = interaction.client.services.clock
    began = clock.monotonic()
    for pause_s in _pauses():
        if pause_s:
            await clock.sleep(pause_s)
        try:
            return await clock.timeout(min(_ATTEMPT_S, limit_s or _ATTEMPT_S), request())
        except Exception as error:
            if getattr(error, "code", None) in _GONE:
                log.warning("a response to interaction %d came too late (%s)", interaction.id, error)
                return None
            if not is_fault(error):
                raise
            past = clock.monotonic() - began
            if is_late(interaction) or (limit_s is not None and past >= limit_s):
                log.warning("a response to interaction %d is given up: %s", interaction.id, _short(error))
                return None
            log.info("a response to interaction %d is sent again: %s", interaction.id, _short(error))
    return None


def _pauses() -> Iterator[float]:
    return chain(_PAUSES_S, repeat(_LONGEST_PAUSE_S))


def _read(file: discord.File) -> bytes:
    data = file.fp.read()
    file.close()
    return data


def _copy(file: discord.File, data: bytes) -> discord.File:
    """Copy the file: an attempt leaves the one that it sent read to its end, and closed."""
    return discord.File(io.BytesIO(data), file.filename, spoiler=file.spoiler, description=file.description)


def _is_public(interaction: Interaction) -> bool:
    """Whether everybody sees the message whose button was pressed."""
    return interaction.message is not None and not interaction.message.flags.ephemeral


def _short(error: BaseException) -> str:
    return f"{type(error).__name__} {getattr(error, 'status', '')}".strip()
