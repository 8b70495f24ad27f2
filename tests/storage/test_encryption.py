"""Keys of people are sealed, opened only by the right key, and never shown."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError

from bot.domain.member_keys import MemberKey
from bot.storage import Store
from bot.storage.encryption import SecretBox
from bot.storage.errors import VaultKeyMalformed, VaultKeyWrong
from bot.storage.repositories import member_keys

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
PANEL_KEY = SecretStr("ptlc_canaryCANARYcanaryCANARY")


async def keep(store: Store, vault: SecretBox, user_id: int, key: SecretStr = PANEL_KEY) -> MemberKey:
    return await store.write(
        lambda conn: member_keys.put(conn, vault, panel_id="main", user_id=user_id, key=key, now=NOW)
    )


async def kept(store: Store, vault: SecretBox, user_id: int) -> str | None:
    async with store.read() as conn:
        key = await member_keys.get(conn, vault, panel_id="main", user_id=user_id)
    return key.get_secret_value() if key else None


async def check(store: Store, vault: SecretBox | None) -> None:
    async with store.read() as conn:
        await member_keys.check(conn, vault)


async def test_a_linked_key_is_there_after_a_restart_and_gone_after_unlink(path: Path) -> None:
    vault = SecretBox([SecretBox.new_key()])
    store = await Store.open(path, now=NOW)
    shown = await keep(store, vault, 1)
    await store.close()

    store = await Store.open(path, now=NOW)
    await check(store, vault)
    assert await kept(store, vault, 1) == PANEL_KEY.get_secret_value()
    assert await kept(store, vault, 2) is None
    async with store.read() as conn:
        assert await member_keys.of_person(conn, 1) == (shown,)
    assert await store.write(lambda conn: member_keys.remove(conn, panel_id="main", user_id=1))
    assert await kept(store, vault, 1) is None
    assert not await store.write(lambda conn: member_keys.remove(conn, panel_id="main", user_id=1))
    await store.close()


async def test_a_new_key_of_the_same_person_replaces_the_old_one(store: Store) -> None:
    vault = SecretBox([SecretBox.new_key()])
    first = await keep(store, vault, 1)
    second = await keep(store, vault, 1, SecretStr("ptlc_other"))
    assert first.fingerprint != second.fingerprint
    assert await kept(store, vault, 1) == "ptlc_other"


async def test_the_key_is_nowhere_in_the_files(path: Path) -> None:
    encryption_key = SecretBox.new_key()
    store = await Store.open(path, now=NOW)
    await keep(store, SecretBox([encryption_key]), 1)
    while_open = [file.read_bytes() for file in path.parent.iterdir()]
    await store.close()
    afterwards = [file.read_bytes() for file in path.parent.iterdir()]
    for secret in (PANEL_KEY, encryption_key):
        assert all(secret.get_secret_value().encode() not in data for data in while_open + afterwards)


async def test_a_wrong_key_is_said_at_the_start_and_nothing_is_deleted(store: Store) -> None:
    right, wrong = SecretBox([SecretBox.new_key()]), SecretBox([SecretBox.new_key()])
    for user_id in (1, 2):
        await keep(store, right, user_id)
    await keep(store, wrong, 3)
    for vault, shut in ((wrong, 2), (None, 3), (right, 1)):
        with pytest.raises(VaultKeyWrong, match=f"do not open {shut} of the 3") as caught:
            await check(store, vault)
        assert "Nothing was deleted" in caught.value.sentence
    with pytest.raises(VaultKeyWrong):
        await kept(store, wrong, 1)
    assert await kept(store, right, 1) == PANEL_KEY.get_secret_value()


async def test_without_linked_keys_no_encryption_key_is_needed(store: Store) -> None:
    await check(store, None)


async def test_rotation_makes_the_old_key_needless(store: Store) -> None:
    old, new = SecretBox.new_key(), SecretBox.new_key()
    for user_id in range(5):
        await keep(store, SecretBox([old]), user_id)
    both = SecretBox([new, old])
    await check(store, both)
    assert await store.write(lambda conn: member_keys.rotate(conn, both)) == 5
    await check(store, SecretBox([new]))
    assert await kept(store, SecretBox([new]), 4) == PANEL_KEY.get_secret_value()
    with pytest.raises(VaultKeyWrong):
        await check(store, SecretBox([old]))


async def test_a_rotation_that_meets_a_key_it_cannot_open_changes_nothing(store: Store) -> None:
    old, new, lost = SecretBox.new_key(), SecretBox.new_key(), SecretBox.new_key()
    for user_id in range(4):
        await keep(store, SecretBox([old]), user_id)
    await keep(store, SecretBox([lost]), 9)
    both = SecretBox([new, old])
    with pytest.raises(VaultKeyWrong):
        await store.write(lambda conn: member_keys.rotate(conn, both))
    for user_id in range(4):
        assert await kept(store, SecretBox([old]), user_id) == PANEL_KEY.get_secret_value()
    assert await kept(store, SecretBox([lost]), 9) == PANEL_KEY.get_secret_value()


@pytest.mark.parametrize("text", ["", "canary-short", "c" * 44, "kanarischer-Schlüssel" * 2, "Y2FuYXJ5" * 8])
def test_a_malformed_encryption_key_is_said_without_being_quoted(text: str) -> None:
    with pytest.raises(VaultKeyMalformed, match="wrong format") as caught:
        SecretBox([SecretBox.new_key(), SecretStr(text)])
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert not text or text not in caught.value.sentence


def test_no_encryption_key_at_all_is_said() -> None:
    with pytest.raises(VaultKeyMalformed, match="No encryption key is set"):
        SecretBox([])


async def test_no_text_of_ours_holds_a_key(store: Store) -> None:
    encryption_key = SecretBox.new_key()
    vault = SecretBox([encryption_key])
    shown = await keep(store, vault, 1)
    opened = vault.open(vault.seal(PANEL_KEY))
    with pytest.raises(IntegrityError) as caught:
        await store.write(
            lambda conn: conn.exec_driver_sql(
                "INSERT INTO member_keys VALUES ('main', 1, ?, '', 0)", (PANEL_KEY.get_secret_value(),)
            )
        )
    texts = (repr(vault), str(vault), repr(shown), repr(opened), str(caught.value), repr(caught.value))
    for secret in (encryption_key, PANEL_KEY):
        assert all(secret.get_secret_value() not in text for text in texts)
    assert PANEL_KEY.get_secret_value()[:8] not in shown.fingerprint
