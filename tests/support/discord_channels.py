"""Discord's channels and what was ever written in them: the truth that a bot is judged by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from tests.support import discord_payloads as payloads
from tests.support.discord_messages import IS_COMPONENTS_V2, Refused, check_message, invalid, is_layout
from tests.support.discord_payloads import CHANNEL_ID, Json

NONCE_WINDOW = timedelta(minutes=2)
"""Discord says "the past few minutes"; this is the least that can be meant."""
OLD = timedelta(hours=1)
_DISCORD_EPOCH_MS = 1_420_070_400_000
_MOST_AT_ONCE = 100
# What an edit leaves alone when it does not name it.
_EDITABLE = ("content", "embeds", "components", "flags")
_EMPTY: Json = {"content": "", "embeds": [], "components": [], "flags": 0}


def unknown_channel() -> Refused:
    return Refused(404, 10003, "Unknown Channel")


def unknown_message() -> Refused:
    return Refused(404, 10008, "Unknown Message")


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


def too_many_old_edits() -> Refused:
    text = "Maximum number of edits to messages older than 1 hour reached. Try again later."
    return Refused(429, 30046, text)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a message became, and when."""

    at: datetime
    message: Json


@dataclass(slots=True)
class Written:
    """One message from its first moment on, also after it was deleted."""

    at: datetime
    first: Json
    nonce: str | None
    edits: list[Edit] = field(default_factory=list)
    deleted_at: datetime | None = None
    repeats: int = 0
    """How often its nonce was sent again."""

    @property
    def message(self) -> Json:
        """As it is now."""
        return self.edits[-1].message if self.edits else self.first

    def as_json(self) -> Json:
        """Everything about it, for JSON."""
        return {
            "at": self.at.isoformat(),
            "nonce": self.nonce,
            "repeats": self.repeats,
            "first": self.first,
            "edits": [{"at": edit.at.isoformat(), "message": edit.message} for edit in self.edits],
            "deleted_at": self.deleted_at.isoformat() if self.deleted_at else None,
        }


class Channels:
    """All channels that the bot is in, by id. What is closed or short of edits is set from outside."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.open = [CHANNEL_ID]
        self.refusals: dict[int, Refused] = {}
        """Channels that are closed to the bot, and with which words."""
        self.old_edits_left: int | None = None
        """How many more edits of messages older than an hour are taken; None: any number."""
        self.written: list[Written] = []
        self._now = now
        self._direct: dict[int, int] = {}
        self._ids = count(1)

    def new_id(self) -> int:
        """Make a snowflake: its upper bits are the time."""
        since = int(self._now().timestamp() * 1000) - _DISCORD_EPOCH_MS
        return (since << 22) | (next(self._ids) & 0x3FFFFF)

    def get(self, channel_id: int) -> Json:
        """Describe a channel."""
        if channel_id in self._direct.values():
            return payloads.direct_channel(channel_id, self._person_of(channel_id))
        if channel_id not in self.open:
            raise unknown_channel()
        return payloads.channel(channel_id)

    def remove(self, channel_id: int) -> None:
        """Delete a channel, and all that was written in it."""
        self.open.remove(channel_id)
        for entry in self.written:
            if _channel_of(entry) == channel_id and entry.deleted_at is None:
                entry.deleted_at = self._now()

    def open_direct(self, user_id: int) -> Json:
        """Open a channel with one person, or the one there is."""
        if user_id not in self._direct:
            self._direct[user_id] = self.new_id()
        return self.get(self._direct[user_id])

    def is_direct(self, channel_id: int) -> bool:
        """Whether a channel is with one person."""
        return channel_id in self._direct.values()

    def post(self, channel_id: int, body: Json, files: Sequence[Json] = ()) -> Json:
        """Write a message, or find the one that this nonce has written already."""
        self._enter(channel_id)
        check_message(body, files)
        nonce = None if body.get("nonce") is None else str(body["nonce"])
        if body.get("enforce_nonce") and nonce is not None and (before := self._with_nonce(nonce)):
            before.repeats += 1
            if before.deleted_at is not None:
                # What was deleted since is not written again (discord-api-docs, pull request 6647).
                raise unknown_message()
            return before.message | {"nonce": nonce}
        at = self._now()
        message = payloads.message(self.new_id(), body, channel_id=channel_id, at=at) | {
            "type": 0,
            "attachments": list(files),
            "mentions": [payloads.user(user_id, "someone") for user_id in _pinged(body)],
        }
        message |= self._reference(channel_id, body.get("message_reference"))
        self.written.append(Written(at, message, nonce))
        # The nonce is returned to its sender, and is not a part of the message.
        return message | ({} if nonce is None else {"nonce": nonce})

    def edit(self, channel_id: int, message_id: int, body: Json, files: Sequence[Json] = ()) -> Json:
        """Change a message."""
        self._enter(channel_id)
        stored = self._find(channel_id, message_id)
        changed = {key: body[key] for key in _EDITABLE if key in body}
        if is_layout(stored.message) and not (body.get("flags", IS_COMPONENTS_V2) & IS_COMPONENTS_V2):
            raise invalid("flags: IS_COMPONENTS_V2 cannot be removed")
        message = stored.message | {key: value or _EMPTY[key] for key, value in changed.items()}
        if "attachments" in body or files:
            kept = {str(entry["id"]) for entry in body.get("attachments") or ()}
            old = [entry for entry in stored.message["attachments"] if entry["id"] in kept]
            message["attachments"] = [*old, *files]
        check_message(message, message["attachments"])
        at = self._now()
        if at - stored.at > OLD and self.old_edits_left is not None:
            if self.old_edits_left <= 0:
                raise too_many_old_edits()
            self.old_edits_left -= 1
        stored.edits.append(Edit(at, message | {"edited_timestamp": at.isoformat()}))
        return stored.message

    def message(self, channel_id: int, message_id: int) -> Json:
        """Read one message."""
        self._enter(channel_id)
        return self._find(channel_id, message_id).message

    def delete(self, channel_id: int, message_id: int) -> None:
        """Take a message away."""
        self._enter(channel_id)
        self._find(channel_id, message_id).deleted_at = self._now()

    def history(
        self,
        channel_id: int,
        *,
        limit: int = 50,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> list[Json]:
        """Read messages, the newest first; of `after` those that follow it at once, as Discord does."""
        if not 1 <= limit <= _MOST_AT_ONCE:
            raise invalid("limit must be between 1 and 100")
        self._enter(channel_id)
        there = [
            entry.message
            for entry in self.written
            if entry.deleted_at is None and int(entry.first["channel_id"]) == channel_id
        ]
        if after is not None:
            messages = [entry for entry in there if int(entry["id"]) > after][:limit]
        elif around is not None:
            older = [entry for entry in there if int(entry["id"]) <= around][-(limit // 2 + 1) :]
            newer = [entry for entry in there if int(entry["id"]) > around][: limit // 2]
            messages = [*older, *newer][-limit:]
        else:
            messages = [entry for entry in there if before is None or int(entry["id"]) < before][-limit:]
        return messages[::-1]

    def truth(self) -> list[Json]:
        """Give every message ever made, in the order in which they were made."""
        return [entry.as_json() | {"direct": self.is_direct(_channel_of(entry))} for entry in self.written]

    def _enter(self, channel_id: int) -> None:
        self.get(channel_id)
        if refusal := self.refusals.get(channel_id):
            raise refusal

    def _find(self, channel_id: int, message_id: int) -> Written:
        for entry in self.written:
            same = int(entry.first["id"]) == message_id and _channel_of(entry) == channel_id
            if same and entry.deleted_at is None:
                return entry
        raise unknown_message()

    def _with_nonce(self, nonce: str) -> Written | None:
        now = self._now()
        known = (entry for entry in self.written if entry.nonce == nonce and now - entry.at <= NONCE_WINDOW)
        return next(known, None)

    def _reference(self, channel_id: int, reference: Json | None) -> Json:
        if reference is None:
            return {}
        message_id = int(reference["message_id"])
        try:
            answered = self._find(channel_id, message_id)
        except Refused:
            if reference.get("fail_if_not_exists", True):
                raise invalid("message_reference: Unknown message") from None
            return {}
        made = {"type": 0, "message_id": str(message_id), "channel_id": str(channel_id)}
        return {"type": 19, "message_reference": made, "referenced_message": answered.message}

    def _person_of(self, channel_id: int) -> int:
        return next(user_id for user_id, opened in self._direct.items() if opened == channel_id)


def _channel_of(entry: Written) -> int:
    return int(entry.first["channel_id"])


def _pinged(body: Json) -> list[int]:
    allowed = body.get("allowed_mentions") or {}
    return [int(user_id) for user_id in allowed.get("users", ())]
