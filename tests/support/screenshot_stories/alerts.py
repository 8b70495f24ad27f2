"""Pictures of /alerts: notifications, boards, and the commands about them."""

from tests.support.camera import Camera
from tests.support.screenshot_stories.names import ARRIVES_S, OLD_BACKUP, REFUSES, SERVER, TROUBLED

_CRASHED, _BACK = f"{SERVER} crashed and was not restarted", f"{SERVER} crashed and came back"
_REFUSED = f"{REFUSES} crashed and was not restarted"


async def crash(camera: Camera) -> None:
    """Let a server crash: acknowledge its alert, start the server from it, and wait until it is back."""
    person = camera.person
    await person.run("server command", text="crash", server=SERVER)
    await camera.take("alert-firing", _CRASHED, within_s=ARRIVES_S)
    await person.press_on(_CRASHED, "Details")
    await camera.take("alert-details", "Alerts in the last 7 days")
    await person.press_on(_CRASHED, "Acknowledge")
    await person.sees("Acknowledged by")
    await camera.take("alert-acknowledged", _CRASHED)
    await person.press_on(_CRASHED, "Start")
    await person.sees(f"{SERVER} is running")
    await camera.take("alert-recovered", _BACK, within_s=ARRIVES_S)
    await person.run("alerts board", channel="#servers")
    await camera.take("board", "Game servers", within_s=ARRIVES_S)
    await camera.run("board-where", "alerts board")


async def commands(camera: Camera) -> None:
    """See, acknowledge, silence and annotate alerts; change rules, channel and maintenance."""
    person = camera.person
    await camera.run("alerts-history", "alerts history")
    await camera.run("rules", "alerts rules")
    await person.press("Edit")
    await camera.take_form("rule-form")
    await person.dismiss()
    await camera.run("alert-channel", "alerts channel")
    await camera.press("alert-test", "Send test alert", "This is a test")
    await camera.run("maintenance", "alerts maintenance")
    await camera.run("maintenance-on", "alerts maintenance", **{"server": SERVER, "for": "2 hours"})
    await person.sees(OLD_BACKUP, within_s=ARRIVES_S)
    await camera.run("alerts-list", "alerts list")
    await camera.press("alert-opened", "Open", "Acknowledge")
    await camera.run("alert-silence", "alerts silence", **{"for": "4 hours"})
    await camera.run("alert-ack", "alerts ack", alert="all")
    await camera.run("alert-noted", "alerts resolve-note", note="New disk ordered.", alert=TROUBLED)


async def public_board(camera: Camera) -> None:
    """Show players which servers are up."""
    await camera.person.run("alerts board", channel="#servers", audience="public")
    await camera.take("public-board", "Game servers", within_s=ARRIVES_S)


async def diagnosed(camera: Camera) -> None:
    """Start a server that will not start, and fix the cause from its alert."""
    person = camera.person
    await person.run("server power", action="start", server=REFUSES)
    await camera.take("start-failed", f"{REFUSES} went offline", within_s=ARRIVES_S)
    await camera.take("alert-diagnosed", _REFUSED, within_s=ARRIVES_S)
    await person.press_on(_REFUSED, "Accept the EULA…")
    await camera.take("alert-fix", f"Accept the EULA for {REFUSES}?")
    await person.press("Accept and start")
    await camera.take("alert-fixed", f"{REFUSES} is running", within_s=ARRIVES_S)
