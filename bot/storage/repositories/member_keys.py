"""People's own panel keys, encrypted."""

from datetime import datetime
from functools import cache
from typing import Any

from pydantic import SecretStr
from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.member_keys import MemberKey
from bot.storage import row_mapping
from bot.storage.encryption import SecretBox
from bot.storage.errors import VaultKeyWrong
from bot.storage.tables import member_keys


async def put(  # noqa: PLR0913 - named, and each one needed
    conn: AsyncConnection, vault: SecretBox, *, panel_id: str, user_id: int, key: SecretStr, now: datetime
) -> MemberKey:
    """Store a person's key for one panel, replacing the previous one."""
    kept = MemberKey(panel_id, user_id, vault.fingerprint(key), now)
    row = {
        "panel_id": panel_id,
        "user_id": user_id,
        "sealed": vault.seal(key),
        "fingerprint": kept.fingerprint,
        "added_at": now,
    }
    await row_mapping.put(conn, member_keys, row)
    return kept


async def get(conn: AsyncConnection, vault: SecretBox, *, panel_id: str, user_id: int) -> SecretStr | None:
    """Read and decrypt a person's key; None when none is linked. Raises VaultKeyWrong."""
    result = await conn.execute(_sealed(), {"panel_id": panel_id, "user_id": user_id})
    sealed = result.scalar_one_or_none()
    return None if sealed is None else vault.open(sealed)


async def of_person(conn: AsyncConnection, user_id: int) -> tuple[MemberKey, ...]:
    """List the keys that a person has linked."""
    columns = (member_keys.c[name] for name in ("panel_id", "user_id", "fingerprint", "added_at"))
    result = await conn.execute(
        select(*columns).where(member_keys.c.user_id == user_id).order_by(member_keys.c.panel_id)
    )
    return tuple(MemberKey(**row) for row in result.mappings())


async def remove(conn: AsyncConnection, *, panel_id: str, user_id: int) -> bool:
    """Delete a person's key; False when none was linked. Works without the right encryption key."""
    return (await conn.execute(member_keys.delete().where(_of(panel_id, user_id)))).rowcount > 0


async def check(conn: AsyncConnection, vault: SecretBox | None) -> None:
    """Decrypt every stored key once, at start. Raises VaultKeyWrong, which counts those that don't open."""
    sealed = (await conn.execute(select(member_keys.c.sealed))).scalars().all()
    shut = sum(vault is None or not vault.opens(blob) for blob in sealed)
    if shut:
        raise VaultKeyWrong(
            f"The encryption keys in the settings do not open {shut} of the {len(sealed)} panel keys kept."
        )


async def rotate(conn: AsyncConnection, vault: SecretBox) -> int:
    """Encrypt every stored key again with the first encryption key and return how many.

    If it raises VaultKeyWrong, the transaction must be rolled back.
    """
    kept = (await conn.execute(select(member_keys))).all()
    for row in kept:
        renewed = vault.renew(row.sealed)
        await conn.execute(member_keys.update().where(_of(row.panel_id, row.user_id)).values(sealed=renewed))
    return len(kept)


@cache
def _sealed() -> Select[Any]:
    columns = member_keys.c.panel_id, member_keys.c.user_id
    return select(member_keys.c.sealed).where(*(column == bindparam(column.name) for column in columns))


def _of(panel_id: str, user_id: int) -> ColumnElement[bool]:
    return and_(member_keys.c.panel_id == panel_id, member_keys.c.user_id == user_id)
