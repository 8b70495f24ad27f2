"""The permissions that Quetzal needs: for the invite link, the doctor and checks before a post."""

from discord import Permissions

POSTING = Permissions(view_channel=True, send_messages=True, embed_links=True)
"""For any message in a text channel."""
ALERTING = POSTING | Permissions(read_message_history=True)
"""For alerts and boards: after a fault, the history shows whether a message arrived."""
ALERTING_IN_THREADS = Permissions(
    view_channel=True, send_messages_in_threads=True, embed_links=True, read_message_history=True
)
CHANNELS = ALERTING | Permissions(attach_files=True)
"""For everything but the live console: charts and files are attached."""
CONSOLE_THREADS = Permissions(create_private_threads=True, send_messages_in_threads=True)
"""For the live console; without them it is shown in a private message."""
CONSOLE = ALERTING_IN_THREADS | CONSOLE_THREADS
"""All permissions for a live console in a private thread."""
INVITE = CHANNELS | CONSOLE_THREADS
"""The permissions of the invite link: exactly those that are used."""

_DISPLAYED = {"read_messages": "View Channel", "send_messages_in_threads": "Send Messages in Threads"}
"""Permissions whose names in discord.py differ from those in Discord's settings."""


def missing(given: Permissions, needed: Permissions) -> list[str]:
    """Return the permissions that are needed and not given, as Discord displays them: "Send Messages"."""
    return displayed(needed & ~given)


def displayed(permissions: Permissions) -> list[str]:
    """Return the permissions as Discord displays them."""
    return [_DISPLAYED.get(name, name.replace("_", " ").title()) for name, is_set in permissions if is_set]
