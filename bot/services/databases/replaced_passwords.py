"""The passwords that rotations replaced, kept in memory for a while: files may still hold them."""

from dataclasses import dataclass

from pydantic import SecretStr

from bot.core.clock import Clock
from bot.services.access import Permit

KEPT_FOR_S = 30 * 60.0
_MOST = 100

_Key = tuple[int | None, int, str, str, str]


@dataclass(frozen=True, slots=True)
class _Entry:
    passwords: tuple[SecretStr, ...]
    until: float


class ReplacedPasswords:
    """The passwords that a person's rotations replaced, only for that person, for half an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[_Key, _Entry] = {}

    def keep(self, permit: Permit, database_id: str, password: SecretStr) -> None:
        """Keep the password that a rotation is about to replace, beside earlier ones."""
        passwords = dict.fromkeys((*self.of(permit, database_id), password))
        key = _key(permit, database_id)
        self._entries.pop(key, None)
        self._entries[key] = _Entry(tuple(passwords), self._clock.monotonic() + KEPT_FOR_S)
        while len(self._entries) > _MOST:
            del self._entries[next(iter(self._entries))]

    def of(self, permit: Permit, database_id: str) -> tuple[SecretStr, ...]:
        """Return the passwords that this person's rotations of the last half hour replaced, oldest first."""
        now = self._clock.monotonic()
        self._entries = {key: entry for key, entry in self._entries.items() if entry.until > now}
        entry = self._entries.get(_key(permit, database_id))
        return entry.passwords if entry is not None else ()

    def forget(self, permit: Permit, database_id: str) -> None:
        """Forget a password that no file holds any more."""
        self._entries.pop(_key(permit, database_id), None)


def _key(permit: Permit, database_id: str) -> _Key:
    return permit.actor.guild_id, permit.actor.user_id, permit.panel_id, permit.uuid, database_id
