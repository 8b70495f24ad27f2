"""`quetzal keys`: a new key, and everything encrypted again with it."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import cli_keys
from bot.composition.services import build_services
from bot.doctor.findings import Mark
from bot.doctor.local_checks import check_data_dir
from bot.settings import Settings
from bot.storage import STORE, Store, errors
from bot.storage.encryption import SecretBox
from bot.storage.repositories import member_keys

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
LINKED = SecretStr("ptlc_" + "k" * 43)


def settings(data_dir: Path, *encryption_keys: SecretStr) -> Settings:
    panel = {"url": "https://panel.example.com", "key": "ptlc_x", "guilds": {1: "all"}}
    return Settings.model_validate(
        {
            "discord_token": "x",
            "panels": {"main": panel},
            "data_dir": data_dir,
            "encryption_keys": encryption_keys,
        }
    )


async def link(data_dir: Path, encryption_key: SecretStr) -> None:
    store = await Store.open(data_dir / STORE, now=NOW)
    vault = SecretBox([encryption_key])
    await store.write(
        lambda conn: member_keys.put(conn, vault, panel_id="main", user_id=7, key=LINKED, now=NOW)
    )
    await store.close()


async def opened(data_dir: Path, encryption_key: SecretStr) -> SecretStr | None:
    store = await Store.open(data_dir / STORE, now=NOW)
    try:
        async with store.read() as conn:
            return await member_keys.get(conn, SecretBox([encryption_key]), panel_id="main", user_id=7)
    finally:
        await store.close()


def test_a_new_key_can_be_used_and_is_another_one_each_time() -> None:
    first, second = io.StringIO(), io.StringIO()
    cli_keys.new(first)
    cli_keys.new(second)
    SecretBox([SecretStr(first.getvalue().strip())])
    assert first.getvalue() != second.getvalue()


async def test_after_a_rotation_the_old_key_can_go(tmp_path: Path) -> None:
    old, new, out = SecretBox.new_key(), SecretBox.new_key(), io.StringIO()
    await link(tmp_path, old)
    await cli_keys.rotate(settings(tmp_path, new, old), out)
    assert "1 key encrypted again" in out.getvalue()
    assert "The others can be taken out" in out.getvalue()
    assert await opened(tmp_path, new) == LINKED
    for secret in (old, new, LINKED):
        assert secret.get_secret_value() not in out.getvalue()


async def test_without_the_old_key_nothing_is_changed(tmp_path: Path) -> None:
    old = SecretBox.new_key()
    await link(tmp_path, old)
    with pytest.raises(errors.VaultKeyWrong):
        await cli_keys.rotate(settings(tmp_path, SecretBox.new_key()))
    assert await opened(tmp_path, old) == LINKED


async def test_a_rotation_needs_a_key_a_store_and_a_stopped_bot(tmp_path: Path) -> None:
    key = SecretBox.new_key()
    with pytest.raises(errors.VaultKeyMissing, match="no encryption key"):
        await cli_keys.rotate(settings(tmp_path))
    with pytest.raises(Exception, match="There is no store"):
        await cli_keys.rotate(settings(tmp_path, key))
    store = await Store.open(tmp_path / STORE, now=NOW)
    with pytest.raises(errors.StoreTaken):
        await cli_keys.rotate(settings(tmp_path, key))
    await store.close()


@pytest.mark.parametrize("how", ["another key", "no key"])
async def test_a_wrong_key_stops_the_start_and_deletes_nothing(tmp_path: Path, how: str) -> None:
    old = SecretBox.new_key()
    await link(tmp_path, old)
    wrong = settings(tmp_path, *([SecretBox.new_key()] if how == "another key" else []))
    with pytest.raises(errors.VaultKeyWrong, match="do not open 1 of the 1 panel keys kept"):
        async with build_services(wrong):
            pytest.fail("it started")
    assert await opened(tmp_path, old) == LINKED


async def test_the_doctor_reads_the_store_also_while_the_bot_runs(tmp_path: Path) -> None:
    old = SecretBox.new_key()
    await link(tmp_path, old)
    store = await Store.open(tmp_path / STORE, now=NOW)
    good = list(check_data_dir(settings(tmp_path, old)))
    assert any("The store is intact" in finding.summary for finding in good)
    assert any("decrypt all 1 linked panel keys" in finding.summary for finding in good)
    (wrong,) = [
        finding
        for finding in check_data_dir(settings(tmp_path, SecretBox.new_key()))
        if finding.mark is Mark.WRONG
    ]
    assert "do not open 1 of the 1" in wrong.summary
    await store.close()


async def test_the_doctor_names_a_damaged_store_and_a_file_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / STORE
    for content, words in ((b"no database at all" * 500, "is damaged"), (b"", "didn't create")):
        path.write_bytes(content)
        (wrong,) = [finding for finding in check_data_dir(settings(tmp_path)) if finding.mark is Mark.WRONG]
        assert words in wrong.summary
        assert path.read_bytes() == content
