"""Turns errors between the bot and Discord into those of the alert dispatcher.

discord.py itself waits and retries after 429 and 5xx, five times, and after a reset connection: only what is
left after that is raised. So a message may have been accepted although the last response was a refusal.
Each response is noted on the way, and a refusal after a fault leaves the outcome unknown: taken for certain,
the message would be sent again long after Discord has forgotten the nonce.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus

import discord

from bot.alerting.receiver import (
    ChannelClosed,
    DeliveryUnknown,
    MessageDeleted,
    RetryAfter,
)
from bot.core.i18n import N_, _

log = logging.getLogger(__name__)

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE = 10003, 10004, 10008
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
OLD_MESSAGE_EDITS = 30046
ANOTHER_AUTHOR = 50005
"""An edit of what another bot account wrote: Quetzal's own before it was given another token."""
_PAUSE_S, _LONG_PAUSE_S = 60.0, 300.0
_WHY = {
    UNKNOWN_CHANNEL: N_("the channel was deleted."),
    UNKNOWN_GUILD: N_("the Discord server no longer exists."),
    MISSING_ACCESS: N_("Quetzal can't see the channel."),
    MISSING_PERMISSIONS: N_("Quetzal is missing View Channel, Send Messages or Embed Links there."),
}
_GONE = (UNKNOWN_CHANNEL, UNKNOWN_GUILD)
_OURS = (ChannelClosed, RetryAfter, MessageDeleted, DeliveryUnknown)
NO_ANSWER = 599
_unexpected: set[type[Exception]] = set()
_answers: ContextVar[list[int] | None] = ContextVar("answers", default=None)


def answered(status: int) -> None:
    """Note how Discord answered one request (NO_ANSWER: not at all)."""
    if (noted := _answers.get()) is not None:
        noted.append(status)


@contextmanager
def noted_answers() -> Iterator[list[int]]:
    """Collect how Discord answers every request inside, also those after which discord.py tries again."""
    noted: list[int] = []
    token = _answers.set(noted)
    try:
        yield noted
    finally:
        _answers.reset(token)


@contextmanager
def faults() -> Iterator[None]:
    """Raise what goes wrong inside as an error of the dispatcher."""
    with noted_answers() as noted:
        try:
            yield
        except _OURS:
            raise
        except discord.RateLimited as error:
            raise RetryAfter(error.retry_after, _("the rate limit is used up")) from error
        except discord.HTTPException as error:
            exception = _of_answer(error)
            broken = [status for status in noted if is_fault_status(status)]
            if broken and not isinstance(exception, MessageDeleted):
                raise DeliveryUnknown(
                    _("Discord answered {first}, then {status}", first=broken[0], status=error.status)
                ) from error
            raise exception from error
        except (TimeoutError, OSError, discord.DiscordException) as error:
            raise DeliveryUnknown(_("no answer: {name}", name=type(error).__name__)) from error
        except Exception as error:  # aiohttp's, of a connection that broke; or a defect, which must be seen
            if not type(error).__module__.startswith("aiohttp") and type(error) not in _unexpected:
                _unexpected.add(type(error))  # it is tried again and again: once is enough
                log.exception("sending to Discord failed in an unexpected way")
            raise DeliveryUnknown(_("no answer: {name}", name=type(error).__name__)) from error


def is_fault(error: BaseException) -> bool:
    """Whether a request failed for a while: on the way, inside Discord, or by a rate limit.

    It may have been taken or not.
    """
    if isinstance(error, discord.HTTPException):
        return is_fault_status(error.status) or error.status == HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, TimeoutError | OSError | discord.RateLimited):
        return True
    return type(error).__module__.startswith("aiohttp")


def is_fault_status(status: int) -> bool:
    """Whether a response of this status is a fault of Discord itself, or there was none."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR


def is_refused_form(error: discord.HTTPException) -> bool:
    """Whether Discord understood it and refuses its form: sending the same again is no use."""
    return error.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _of_answer(error: discord.HTTPException) -> Exception:
    if is_fault_status(error.status):
        return DeliveryUnknown(_("Discord answered {status}", status=error.status))
    if error.code in (UNKNOWN_MESSAGE, ANOTHER_AUTHOR):
        return MessageDeleted(str(error.code))
    if error.status == HTTPStatus.TOO_MANY_REQUESTS or error.code == OLD_MESSAGE_EDITS:
        return RetryAfter(_retry_after(error), _("Discord's rate limit is reached ({code})", code=error.code))
    if error.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND) and error.code:
        why = _WHY.get(error.code, N_("Discord refuses it ({code}).", code=error.code))
        return ChannelClosed(_(why), gone=error.code in _GONE)
    # Not about the channel: a token that was revoked, a firewall in front of Discord.
    return RetryAfter(
        _LONG_PAUSE_S, _("Discord answered {status} ({code})", status=error.status, code=error.code)
    )


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return max(1.0, float(error.response.headers.get("Retry-After", _PAUSE_S)))
    except (AttributeError, TypeError, ValueError):
        return _PAUSE_S
