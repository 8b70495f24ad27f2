"""simcord's page, made quick enough to be published at every change, and a little more like Discord."""

import copy
import functools
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from aiohttp import web
from simcord import ChannelHandle
from simcord.preview import (
    _action_plans,
    _commands,
    _component_projection,
    _markdown,
    _messages,
    _pages,
    _queries,
    _server,
    _snapshot,
)

from demo.discord.simulated import replace

Serve: TypeAlias = Callable[[Any, web.Request], Awaitable[web.Response]]
_STYLE = """
/* A section's button stands beside its text on a phone, too, and at the right edge. */
@container preview (max-width: 600px) {
  .component-section { grid-template-columns: minmax(0, 1fr) auto; gap: 12px; align-items: center; }
}
.section-accessory { min-width: 0; }
/* Discord wraps the lines of a code block. */
.code-block, .code-block code { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 0; }
.hljs-addition { color: #7ee787; }
.hljs-deletion { color: #ffa198; }
"""
_SUGGEST_AT_ONCE = (
    "} else if (option.autocomplete) {\n            const current",
    '} else if (option.autocomplete) {\n            queryAutocomplete(option, String(field.value || ""));\n'
    "            const current",
)
"""Discord offers choices as soon as the cursor is in an option, the page only once something is typed."""
_MESSAGES_SHOWN = 25
_RENDERED_KEPT = 2000
_NEW_MESSAGES = ("response", "deferred", "followup")


@functools.cache
def adapt_page() -> None:
    """Let every page show fewer messages, and render the markdown of each only once."""
    render: Callable[..., list[dict[str, Any]]] = vars(_snapshot)["markdown_tokens"]
    known: dict[tuple[str, str, str], list[dict[str, Any]]] = {}

    def remembered(
        value: str | None, profile: str = "message", *, context: Mapping[str, object] | None = None
    ) -> list[dict[str, Any]]:
        if value is None:
            return []
        key = (str(value), profile, json.dumps(context, sort_keys=True, default=repr))
        if key not in known:
            if len(known) >= _RENDERED_KEPT:
                known.clear()
            known[key] = render(value, profile, context=context)
        return copy.deepcopy(known[key])

    for module in (_component_projection, _messages, _queries, _snapshot):
        replace(module, "markdown_tokens", remembered)
    for module in (_snapshot, _pages, _action_plans):
        replace(module, "HISTORY_WINDOW_SIZE", _MESSAGES_SHOWN)
    for place in ("embed_description", "embed_field_value"):
        # Small print and mentions, which Discord shows there too.
        _markdown._FIELD_POLICIES[place].update(subtext=True, mentions=True, commands=True)
    replace(_server.PreviewServer, "_static", _adapted(_server.PreviewServer._static))
    # It warns of commands that are registered in the guild only, which is how Quetzal does it.
    replace(_commands, "unsynced_commands", lambda *_: False)


def _adapted(serve: Serve) -> Serve:
    async def adapted(server: object, request: web.Request) -> web.Response:
        response = await serve(server, request)
        if request.path == "/preview.css":
            response.text = f"{response.text}{_STYLE}"
        elif request.path == "/commands.js":
            response.text = (response.text or "").replace(*_SUGGEST_AT_ONCE)
        return response

    return adapted


def show_answer(page: _pages._Page, receipt: Mapping[str, Any]) -> None:
    """Let the page scroll to what a person's own action brought, as Discord does."""
    for outcome in receipt.get("outcomes", ()):
        if outcome["kind"] in _NEW_MESSAGES and outcome.get("messageId"):
            page.target_id = int(outcome["messageId"])


def show_thread(page: _pages._Page, home: ChannelHandle) -> ChannelHandle:
    """Let the page show the newest thread that its viewer is in and that is not archived, else the channel.

    The page has no list of channels, in which people on Discord would choose the thread.
    """
    theirs = [
        thread
        for thread in home.threads
        if page.viewer.id in thread._channel.thread_members
        and thread._channel.thread_metadata is not None
        and not thread._channel.thread_metadata.archived
    ]
    shown = max(theirs, key=lambda thread: thread.id, default=home)
    if page.channel_id != shown.id:
        page.channel_id = shown.id
        page.window_end_id = None
        page.target_id = page.preview._initial_target(page.viewer, shown.id)
    return shown
