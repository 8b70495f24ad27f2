"""The exception tree. Every leaf class has a message that is safe to show to people."""

from inspect import getattr_static
from typing import Any, Literal

from typing_extensions import override

from bot.core.i18n import N_, Message, _, english

NOTHING_CHANGED = N_("Nothing was changed.")


class QuetzalError(Exception):
    """The base of errors that people read.

    `happened`, `state` and `next_step` are sentences for the person: what happened, what state things are in
    now, what to do next. They never hold a secret or raw text from a machine: that goes into `detail`, which
    is for the log only. `title` names the kind of error. `is_fault`: something is broken that whoever runs
    the bot should know of, so it gets a reference; what people can put right themselves gets none.
    `may_pass`: the same again may work in a moment.
    """

    title = N_("Couldn't do that")
    is_fault: bool = True
    may_pass: bool = False
    happened = N_("Quetzal hit an internal error.")
    state = NOTHING_CHANGED
    next_step = N_("Try again. If it happens again, send the reference below to whoever runs this bot.")
    _is_unchanged = False

    def __init__(
        self,
        happened: str | Message | None = None,
        *,
        state: str | Message | None = None,
        next_step: str | Message | None = None,
        detail: str | None = None,
    ) -> None:
        self._given: dict[str, tuple[str, Message]] = {}
        """The sentences of this error that were given as a text of the catalogue, as they were shown."""
        for name, sentence in (("happened", happened), ("state", state), ("next_step", next_step)):
            if sentence:
                self._set(name, sentence)
        self.detail = detail
        super().__init__(english(self.happened))

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, self.__dict__)

    @property
    def is_unchanged(self) -> bool:
        """Whether everything is certainly as it was before."""
        return self._is_unchanged or english(self.state) == NOTHING_CHANGED.message

    def to_store(self, name: Literal["happened", "next_step"]) -> str | Message:
        """Return a sentence for the store: for the reader's language where it is known, else in English."""
        shown: str | None = self.__dict__.get(name)
        if shown is None:
            own: str | Message = getattr_static(type(self), name)
            return own
        first_shown, message = self._given.get(name, (None, None))
        return message if message is not None and shown == first_shown else english(shown)

    def _set(self, name: str, sentence: str | Message) -> None:
        shown = _shown(sentence)
        if isinstance(sentence, Message):
            self._given[name] = shown, sentence
        setattr(self, name, shown)

    @property
    def sentence(self) -> str:
        """All three sentences, as one paragraph."""
        return f"{self.happened} {self.state} {self.next_step}"


class Refused(QuetzalError):
    """One of Quetzal's own rules forbids it."""

    title = N_("Not possible")
    is_fault = False
    happened = N_("That isn't possible.")


class AccessDenied(Refused):
    """The person may not do this."""

    title = N_("🔒 Not allowed")
    happened = N_("You aren't allowed to do that.")
    next_step = N_("Ask an administrator of this Discord server for access.")


class BadInput(Refused):
    """The input is invalid."""

    title = N_("Invalid input")
    happened = N_("That input can't be used.")
    next_step = N_("Correct it and run the command again.")


class Missing(BadInput):
    """What the person named does not exist, or not for them."""

    title = N_("Not found")
    happened = N_("That doesn't exist.")
    next_step = N_("Choose from the list that appears while you type.")


class SetupError(QuetzalError):
    """Quetzal cannot start, or a part of it cannot work, until the set-up is fixed."""

    title = N_("Setup problem")
    happened = N_("Quetzal isn't set up correctly.")
    next_step = N_("Run `quetzal doctor` to see what is wrong.")
    exit_code = 1


class TokenRefused(SetupError):
    """Discord rejects the bot's token: restarting is useless until it is replaced."""

    happened = N_("Discord rejected the token in QUETZAL_DISCORD_TOKEN: it was reset, or mistyped.")
    state = N_("Quetzal stopped.")
    next_step = N_(
        "Copy the token from your application's Bot page (https://discord.com/developers/applications) into "
        "QUETZAL_DISCORD_TOKEN, and start Quetzal again."
    )
    exit_code = 78  # EX_CONFIG of sysexits.h; for RestartPreventExitStatus of systemd


def with_state(error: QuetzalError, state: str | Message, *, is_unchanged: bool = False) -> QuetzalError:
    """Set the actual state of things on an error; `is_unchanged`: nothing was changed, in other words."""
    error.state = _shown(state)
    error._is_unchanged = is_unchanged  # noqa: SLF001 - an error of this module
    return error


def _again(kind: type[QuetzalError], args: tuple[object, ...], state: dict[str, object]) -> QuetzalError:
    """Make an error of another process here: what its class says is shown in the reader's language."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


def _shown(text: str | Message) -> str:
    return text if isinstance(text, str) else _(text)
