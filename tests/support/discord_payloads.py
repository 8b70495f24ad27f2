"""What Discord's objects look like, as far as discord.py and Quetzal read them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

APPLICATION_ID = 900000000000000001
GUILD_ID = 900000000000000002
CHANNEL_ID = 900000000000000003
MEMBER_ID = 900000000000000004
OTHER_CHANNEL_ID = 900000000000000005
ALL_PERMISSIONS = str((1 << 52) - 1)


def user(user_id: int, name: str, *, bot: bool = False) -> Json:
    return {
        "id": str(user_id),
        "username": name,
        "global_name": name.capitalize(),
        "discriminator": "0",
        "avatar": None,
        "bot": bot,
    }


def member(person: Json, *, permissions: str | None = None) -> Json:
    payload: Json = {
        "user": person,
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    return payload if permissions is None else payload | {"permissions": permissions}


def channel(channel_id: int = CHANNEL_ID) -> Json:
    return {
        "id": str(channel_id),
        "type": 0,
        "name": "servers" if channel_id == CHANNEL_ID else f"channel-{channel_id % 100}",
        "guild_id": str(GUILD_ID),
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
    }


def direct_channel(channel_id: int, user_id: int) -> Json:
    return {
        "id": str(channel_id),
        "type": 1,
        "last_message_id": None,
        "recipients": [user(user_id, "someone")],
    }


def the_bot() -> Json:
    return user(APPLICATION_ID, "Quetzal", bot=True)


def guild(permissions: str, channel_ids: Iterable[int] = (CHANNEL_ID,)) -> Json:
    everyone = {
        "id": str(GUILD_ID),
        "name": "@everyone",
        "permissions": permissions,
        "position": 0,
        "color": 0,
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(GUILD_ID),
        "name": "Acme Games",
        "owner_id": str(MEMBER_ID),
        "unavailable": False,
        "member_count": 2,
        "roles": [everyone],
        "channels": [channel(channel_id) for channel_id in channel_ids],
        "threads": [],
        "members": [member(the_bot())],
        "features": [],
        "emojis": [],
        "stickers": [],
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "system_channel_flags": 0,
        "afk_timeout": 0,
        "icon": None,
    }


def application() -> Json:
    return {
        "id": str(APPLICATION_ID),
        "name": "Quetzal",
        "description": "",
        "icon": None,
        "owner": user(MEMBER_ID, "ada"),
        "verify_key": "0" * 64,
        "bot_public": False,
        "bot_require_code_grant": False,
        "flags": 0,
    }


def ready(gateway_url: str) -> Json:
    return {
        "v": 10,
        "user": the_bot(),
        "guilds": [{"id": str(GUILD_ID), "unavailable": True}],
        "session_id": "session",
        "resume_gateway_url": gateway_url,
        "shard": [0, 1],
        "application": {"id": str(APPLICATION_ID), "flags": 0},
    }


_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def message(message_id: int, body: Json, *, channel_id: int = CHANNEL_ID, at: datetime = _LONG_AGO) -> Json:
    return {
        "id": str(message_id),
        "channel_id": str(channel_id),
        "author": the_bot(),
        "content": body.get("content") or "",
        "embeds": body.get("embeds") or [],
        "components": body.get("components") or [],
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "timestamp": at.isoformat(),
        "edited_timestamp": None,
        "pinned": False,
        "tts": False,
        "type": 20,
        "flags": body.get("flags") or 0,
    }


def interaction(
    interaction_id: int, token: str, data: Json, *, permissions: str, app_permissions: str, channel_id: int
) -> Json:
    return {
        "id": str(interaction_id),
        "application_id": str(APPLICATION_ID),
        "type": 2,
        "token": token,
        "version": 1,
        "data": data,
        "guild_id": str(GUILD_ID),
        "guild": {"id": str(GUILD_ID), "features": [], "locale": "en-US"},
        "channel_id": str(channel_id),
        "channel": {"id": str(channel_id), "type": 0, "permissions": ALL_PERMISSIONS},
        "member": member(user(MEMBER_ID, "ada"), permissions=permissions),
        "app_permissions": app_permissions,
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(GUILD_ID)},
        "context": 0,
        "attachment_size_limit": 10485760,
    }
