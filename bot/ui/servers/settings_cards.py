"""What people see of a server's description and Docker image."""

from bot.core.i18n import _
from bot.panel.models import Server
from bot.services.servers import Description, ImageChoice, Images
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_NAME_ROOM = 80
_TEXT_ROOM = 1_000
_IMAGE_ROOM = 200
_LABEL_ROOM = 100


def description(server: Server, text: str) -> Card:
    """Show how a server is described."""
    title = _("📝 Description of {server}", server=_name(server))
    return theme.card(title, _quoted(text) if text else _("It has none yet."))


def described(server: Server, result: Description) -> Card:
    """Say how a server is described now, and what it was before."""
    before = ((_("Before"), _quoted(result.old), False),) if result.old else ()
    if not result.new:
        title = _("✅ {server} has no description now", server=_name(server))
        return theme.card(title, colour=theme.GOOD, fields=before)
    title = _("✅ Description of {server} saved", server=_name(server))
    return theme.card(title, _quoted(result.new), colour=theme.GOOD, fields=before)


def images(server: Server, images: Images) -> Card:
    """Show which image is in use."""
    return theme.card(
        _("📦 Docker image of {server}", server=_name(server)),
        _(
            "**{label}**\n{image}\n-# It decides which Java version, or other software, the game runs on.",
            label=neutralise(images.current_label or "", _LABEL_ROOM),
            image=inline_code(images.current, _IMAGE_ROOM),
        ),
    )


def image_prompt(server: Server, choice: ImageChoice, current: str) -> Prompt:
    """Say what is used from the next start on. `current` is the label of the image in use."""
    card = theme.card(
        _("Use {image}?", image=neutralise(choice.label, _LABEL_ROOM)),
        _(
            "From the next start, {server} uses it instead of **{current}**. The node downloads it "
            "first, which can take minutes.\nA game that needs another version may not start. You can "
            "change it back.\n-# {image}",
            server=_name(server),
            current=neutralise(current, _LABEL_ROOM),
            image=inline_code(choice.image, _IMAGE_ROOM),
        ),
        colour=theme.CAREFUL,
    )
    return Prompt(card, confirm=_("Change image"), undoable=True)


def image_changed(server: Server, choice: ImageChoice) -> Card:
    """Say that it takes a restart."""
    return theme.card(
        _("✅ Docker image is {image}", image=neutralise(choice.label, _LABEL_ROOM)),
        _("A game that is running keeps the old one: restart {server} to use it.", server=_name(server)),
        colour=theme.GOOD,
    )


def _name(server: Server) -> str:
    return neutralise(server.name, _NAME_ROOM)


def _quoted(text: str) -> str:
    """Quote what people wrote, line by line."""
    lines = [line for line in text[:_TEXT_ROOM].splitlines() if line.strip()]
    return "\n".join(f"> {neutralise(line, _TEXT_ROOM)}" for line in lines)
