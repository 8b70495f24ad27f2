"""What people read when they remove the cause of a crash."""

from dataclasses import replace

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.domain.egg_rules import rules_of
from bot.panel.models import EggVariable, Server
from bot.services.servers import ImageChoice, PowerOutcome
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import first_up, inline_code, label, neutralise
from bot.ui.servers.cards import power_outcome

_NAME_ROOM = 60
_RUNS_WITHOUT = N_(
    "The server was up before this change, so it may still run without it.\n"
    "➡️ If the problem stays, restart it with `/server power`."
)
ACCEPTED = N_("The EULA is accepted: `/eula.txt` says `eula=true`.")


def eula(server: Server) -> Card:
    """Ask whether to accept the EULA."""
    return theme.card(
        _("Accept the EULA for {name}?", name=_name(server)),
        _(
            "A Minecraft server only runs once you agree to the EULA: <https://aka.ms/MinecraftEULA>. By "
            "pressing the button, you agree to it for this server.\n\n"
            "Quetzal sets `eula=true` in `/eula.txt` and starts the server. You can undo the change."
        ),
        colour=theme.CAREFUL,
    )


def already_accepted(server: Server) -> Card:
    """Say that there is nothing to accept."""
    return theme.card(
        _("The EULA is already accepted"),
        _("`/eula.txt` says `eula=true`.\n➡️ Start {name}.", name=_name(server)),
        colour=theme.QUIET,
    )


def java(server: Server, choice: ImageChoice) -> Card:
    """Ask whether to change the image."""
    return theme.card(
        _("Change Java for {name}?", name=_name(server)),
        _(
            "Current Docker image: {current}\nNew: **{choice}** ({image})\n\nQuetzal changes it and starts "
            "the server. You can change it back in the panel.",
            current=inline_code(choice.current),
            choice=neutralise(choice.label, 100),
            image=inline_code(choice.image),
        ),
        colour=theme.CAREFUL,
    )


def image_changed(choice: ImageChoice) -> str:
    """Say which image is used."""
    return _("The Docker image is now **{choice}**.", choice=neutralise(choice.label, 100))


def variable(server: Server, egg_variable: EggVariable) -> Card:
    """Say which variable is to be set."""
    return theme.card(
        _("Set a startup variable on {name}", name=_name(server)),
        _(
            "**{egg_variable}** ({env_variable})\n{description}\n\nQuetzal saves your value and starts the "
            "server. The value is never shown or logged.",
            egg_variable=neutralise(egg_variable.name, 100),
            env_variable=inline_code(egg_variable.env_variable),
            description=neutralise(egg_variable.description or "", 500),
        ),
        colour=theme.CAREFUL,
    )


def variable_label(egg_variable: EggVariable) -> str:
    """Name the field of the form."""
    return label(egg_variable.name or egg_variable.env_variable, 45)


def rules(egg_variable: EggVariable) -> str:
    """Say what the value has to be."""
    return label(first_up(rules_of(egg_variable.rules).describe()))


def variable_set(egg_variable: EggVariable) -> str:
    """Say that it is set."""
    return _("{env_variable} is set.", env_variable=inline_code(egg_variable.env_variable))


def starting(server: Server, done: str) -> Card:
    """Show that the change is made and the server starts."""
    return theme.card(_("Starting {name}…", name=_name(server)), f"✅ {done}", colour=theme.BUSY)


def fixed(server: Server, done: str, outcome: PowerOutcome) -> Card:
    """Say what was changed, and how the start went."""
    card = power_outcome(server, outcome)
    text = f"✅ {done}\n{card.description}"
    if outcome.was_up and outcome.is_at_goal:
        text += f"\n{_RUNS_WITHOUT}"
    return replace(card, description=text)


def not_started(server: Server, done: str, error: QuetzalError) -> Card:
    """Say that the change is made, but the start could not be asked for."""
    return theme.card(
        _("Fixed, but {name} was not started", name=_name(server)),
        _(
            "✅ {done}\n❌ {happened}\n➡️ Start it in a moment.",
            done=done,
            happened=neutralise(error.happened, 500),
        ),
        colour=theme.CAREFUL,
    )


def _name(server: Server) -> str:
    return neutralise(server.name, _NAME_ROOM)
