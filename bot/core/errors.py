"""The one exception tree. Every leaf carries a sentence that is safe to show to a person."""


class QuetzalError(Exception):
    """Something went wrong that a person should read about.

    `happened`, `state` and `next_step` are sentences for the person: what happened, what state things are
    in now, what to do next. They never hold a secret or raw text from a machine: that goes into `detail`,
    which is for the log only.
    """

    happened: str = "Something went wrong inside Quetzal."
    state: str = "Nothing was changed."
    next_step: str = "Try again; if it happens again, give the reference below to whoever runs this bot."

    def __init__(
        self,
        happened: str | None = None,
        *,
        state: str | None = None,
        next_step: str | None = None,
        detail: str | None = None,
    ) -> None:
        self.happened = happened or self.happened
        self.state = state or self.state
        self.next_step = next_step or self.next_step
        self.detail = detail
        super().__init__(self.happened)

    @property
    def sentence(self) -> str:
        """All three sentences, as one paragraph."""
        return f"{self.happened} {self.state} {self.next_step}"


class Refused(QuetzalError):
    """A rule of Quetzal's own says no."""

    happened = "That is not possible."


class AccessDenied(Refused):
    """The person may not do this."""

    happened = "You may not do that."
    next_step = "Ask an administrator of this Discord server for access."


class BadInput(Refused):
    """What the person typed cannot be used."""

    happened = "That input cannot be used."
    next_step = "Correct it and run the command again."


class SetupError(QuetzalError):
    """Quetzal cannot start, or a part of it cannot work, until somebody fixes the set-up."""

    happened = "Quetzal is not set up correctly."
    next_step = "Run `quetzal doctor` to see what is wrong."
    exit_code = 1


class TokenRefused(SetupError):
    """Discord does not take the bot's token: starting again is no use until it is replaced."""

    happened = "Discord refused the token in QUETZAL_DISCORD_TOKEN: it was reset, or mistyped."
    state = "Quetzal stopped."
    next_step = (
        "Copy the token from the page Bot of your application (https://discord.com/developers/applications) "
        "into QUETZAL_DISCORD_TOKEN, and start Quetzal again."
    )
    exit_code = 78  # EX_CONFIG of sysexits.h; for RestartPreventExitStatus of systemd


def with_state(error: QuetzalError, state: str) -> QuetzalError:
    """Give an error the state that things are really in."""
    error.state = state
    return error
