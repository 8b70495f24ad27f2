"""Pictures of /players."""

import re

from tests.support.camera import Camera
from tests.support.screenshot_stories.names import ARRIVES_S, OLD_BACKUP, SERVER, SMALL

_STEAM = "Anarchy"
"""It is queried by A2S, which says for how long each player is on."""
_FROZEN, _FREEZES_S = SMALL, 480.0
"""A game that answers nothing for three minutes has an alert."""


async def look(camera: Camera) -> None:
    """See who is on, and what is said when a game freezes."""
    person = camera.person
    await person.run("server command", text="hang", server=_FROZEN)
    await person.sees(OLD_BACKUP, within_s=ARRIVES_S)  # by then every game was asked
    await camera.run("players", "players list")
    await camera.run("players-server", "players list", server=SERVER)
    await camera.press("players-history", "History", "Peak")
    await camera.run("players-a2s", "players list", server=_STEAM)
    await camera.run("query", "server query", server=SERVER)
    await camera.run("performance-players", "server performance", server=SERVER)
    await camera.take("alert-frozen", f"{_FROZEN} hasn't answered players", within_s=_FREEZES_S)


async def moderation(camera: Camera) -> None:
    """Write to whoever is on, kick and ban them, and change the whitelist."""
    person = camera.person
    await person.sees(OLD_BACKUP, within_s=ARRIVES_S)  # by then every game was asked
    players = await (await person.responds_to("players list", server=SERVER)).inner_text()
    player = next(
        line for line in players.split(" players")[-1].split("\n") if re.fullmatch("[A-Za-z]+", line)
    )
    them = {"player": player, "server": SERVER}
    please = "Please leave the spawn alone."
    await camera.finish("player-message", "Message sent to", "players message", **them, text=please)
    await camera.finish("kick", "✅ Kicked", "players kick", **them)
    await camera.run("ban", "players ban", **them, reason="griefing")
    await camera.press("banned", "Ban", "✅ Banned")
    await camera.finish("unbanned", "may join again", "players unban", **them)
    juno = {"player": "Juno", "server": SERVER}
    await camera.finish("whitelist-added", "is on the whitelist", "players whitelist add", **juno)
    await camera.finish("whitelist", "📋 Whitelist", "players whitelist list", server=SERVER)
    await camera.finish("whitelist-removed", "off the whitelist", "players whitelist remove", **juno)


async def whitelist_requests(camera: Camera) -> None:
    """Let somebody without access ask to be on a whitelist; approve them, and refuse another."""
    person = camera.person
    await camera.run("public-address", "network public", address="play.example.com", server=SERVER)
    await person.run("players whitelist requests", server=SERVER)
    await camera.press("whitelist-setting", "Take requests here", "takes whitelist requests")
    await person.run("alerts board", channel="#servers", audience="public")
    await person.sees("Game servers", within_s=ARRIVES_S)
    await person.become("Sam")
    await camera.take("whitelist-board", "Request whitelist")
    await person.press("Request whitelist")
    await camera.fill("whitelist-form", {"Player name": "Juno", "About you": "I build castles with Nora."})
    await camera.take("whitelist-asked", "Request sent")
    await person.become("Ada")
    await camera.take("whitelist-request", "asks to be on the whitelist", within_s=ARRIVES_S)
    await person.press_on("asks to be on the whitelist", "Approve")
    await camera.take("whitelist-answer", "Juno is on the whitelist")
    await person.sees("Approved by", within_s=ARRIVES_S)
    await camera.take("whitelist-approved", "asks to be on the whitelist")
    await person.become("Sam")
    await person.press("Request whitelist")
    await person.fill({"Player name": "Rook", "About you": "Sam's brother."})
    await person.submit()
    await person.become("Ada")
    await person.sees("Rook", within_s=ARRIVES_S)
    await person.press("Refuse")
    await camera.fill("whitelist-refuse", {"Reason": "Ask again after the event."})
    await camera.take("whitelist-refused", "Request of Rook refused")
