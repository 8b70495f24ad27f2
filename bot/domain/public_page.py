"""The public board as a page for browsers, and as JSON, both in ASCII. Pure."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape

from bot.core.i18n import _
from bot.domain.formatting import players_of_limit
from bot.domain.players import clean_text
from bot.domain.public_board import PublicServer, PublicState, day_line, uptime


def page_json(servers: Sequence[PublicServer], at: datetime) -> str:
    """Write the servers for programs; the names of states are `PublicState`'s, in lower case."""
    entries = [
        {
            "name": clean_text(server.name),
            "state": server.state.name.lower(),
            "players": None if server.players is None else server.players.count.online,
            "max_players": None if server.players is None else server.players.count.maximum,
            "version": None if server.players is None else server.players.count.version,
            "map": None if server.players is None else server.players.count.map,
            "address": server.address,
            "uptime_percent": server.history.uptime_percent,
            "players_by_hour": list(server.history.day),
        }
        for server in servers
    ]
    return json.dumps({"updated_at": at.astimezone(UTC).isoformat(), "servers": entries})


def page_html(servers: Sequence[PublicServer], at: datetime) -> str:
    """Write the servers for people: no scripts, nothing loaded from elsewhere, read again each minute."""
    title, updated = _("Game servers"), _("Updated {time} UTC", time=f"{at.astimezone(UTC):%Y-%m-%d %H:%M}")
    up = sum(server.state is PublicState.UP for server in servers)
    head = _("{up} of {count} up", up=up, count=len(servers))
    items = "\n".join(f"<li>{'<br>'.join(_lines(server))}</li>" for server in servers)
    page = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="60">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }}
:root {{ color-scheme: light dark }}
ul {{ padding: 0 }}
li {{ margin: 0 0 1rem; list-style: none }}
small {{ opacity: .75 }}
</style>
<h1>{escape(title)}</h1>
<p>{escape(head)}</p>
<ul>
{items}
</ul>
<p><small>{escape(updated)}</small></p>
</html>
"""
    return page.encode("ascii", "xmlcharrefreplace").decode()


def _lines(server: PublicServer) -> Iterator[str]:
    line = f"<b>{_safe(server.name)}</b> · {escape(server.state.text)}"
    facts = [] if server.address is None else [f"<code>{_safe(server.address)}</code>"]
    if server.players is not None:
        count = server.players.count
        line += f" · {escape(players_of_limit(count.online, count.maximum))}"
        facts += [_safe(text) for text in (count.version, count.map) if text]
    yield line
    if facts:
        yield " · ".join(facts)
    played = []
    if drawn := day_line(server.history.day):
        played.append(_("players today {drawn}", drawn=drawn))
    if server.history.uptime_percent is not None:
        played.append(_("up {share} of 30 days", share=uptime(server.history.uptime_percent)))
    if played:
        yield f"<small>{escape(' · '.join(played))}</small>"


def _safe(text: str) -> str:
    return escape(clean_text(text) or _("(no name)"))
