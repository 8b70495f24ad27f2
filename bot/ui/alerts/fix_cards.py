"""What people read when they remove the cause of a crash."""

from dataclasses import replace

from bot.core.errors import QuetzalError
from bot.panel.models import EggVariable, Server
from bot.services.servers import ImageChoice, PowerOutcome
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import inline_code, label, neutralise
from bot.ui.servers.cards import power_outcome

_NAME_ROOM = 60
_RUNS_WITHOUT = (
    "The server was up before this change, so it may still run without it.\n"
    "➡️ If the problem stays, restart it with `/server power`."
)
ACCEPTED = "The EULA is accepted: `/eula.txt` says `eula=true`."


def eula(server: Server) -> Card:
    """Ask whether to accept the EULA."""
    return theme.card(
        f"Accept the EULA for {_name(server)}?",
        "A Minecraft server only runs once you agree to the EULA: <https://aka.ms/MinecraftEULA>. "
        "By pressing the button, you agree to it for this server.\n\n"
        "Quetzal sets `eula=true` in `/eula.txt` and starts the server. You can undo the change.",
        colour=theme.CAREFUL,
    )


def already_accepted(server: Server) -> Card:
    """Say that there is nothing to accept."""
    return theme.card(
        "The EULA is already accepted",
        f"`/eula.txt` says `eula=true`.\n➡️ Start {_name(server)}.",
        colour=theme.QUIET,
    )


def java(server: Server, choice: ImageChoice) -> Card:
    """Ask whether to change the image."""
    return theme.card(
        f"Change Java for {_name(server)}?",
        f"Current Docker image: {inline_code(choice.current)}\n"
        f"New: **{neutralise(choice.label, 100)}** ({inline_code(choice.image)})\n\n"
        "Quetzal changes it and starts the server. You can change it back in the panel.",
        colour=theme.CAREFUL,
    )


def image_changed(choice: ImageChoice) -> str:
    """Say which image is used."""
    return f"The Docker image is now **{neutralise(choice.label, 100)}**."


def variable(server: Server, egg_variable: EggVariable) -> Card:
    """Say which variable is to be set."""
    return theme.card(
        f"Set a startup variable on {_name(server)}",
        f"**{neutralise(egg_variable.name, 100)}** ({inline_code(egg_variable.env_variable)})\n"
        f"{neutralise(egg_variable.description or '', 500)}\n\n"
        "Quetzal saves your value and starts the server. The value is never shown or logged.",
        colour=theme.CAREFUL,
    )


def variable_label(egg_variable: EggVariable) -> str:
    """Name the field of the form."""
    return label(egg_variable.name or egg_variable.env_variable, 45)


def rules(egg_variable: EggVariable) -> str | None:
    """Give the egg's rules for the value, as the panel has them."""
    said = egg_variable.rules if isinstance(egg_variable.rules, str) else "|".join(egg_variable.rules or ())
    return label(f"Rules: {said}") if said else None


def variable_set(egg_variable: EggVariable) -> str:
    """Say that it is set."""
    return f"{inline_code(egg_variable.env_variable)} is set."


def starting(server: Server, done: str) -> Card:
    """Show that the change is made and the server starts."""
    return theme.card(f"Starting {_name(server)}…", f"✅ {done}", colour=theme.BUSY)


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
        f"Fixed, but {_name(server)} was not started",
        f"✅ {done}\n❌ {neutralise(error.happened, 500)}\n➡️ Start it with `/server power`.",
        colour=theme.CAREFUL,
    )


def _name(server: Server) -> str:
    return neutralise(server.name, _NAME_ROOM)
