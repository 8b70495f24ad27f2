"""`quetzal doctor` checks the clock and the data directory."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.clock import Clock
from bot.doctor.findings import Finding, Mark, clock
from bot.doctor.local_checks import check_data_dir, check_vault
from bot.domain.notifications import ClosedChannel, MessageKind
from bot.storage import STORE, Store
from bot.storage.repositories import closed_channels, outbox
from sandbox import Sandbox
from tests.doctor.examination import bot_settings, examined, notes, on_discord, panel_settings, wrongs
from tests.support.discord_standin import GUILD_ID, DiscordStandin


async def test_a_clock_that_is_off_is_reported_on_both_sides(
    panel: Sandbox, discord_standin: DiscordStandin
) -> None:
    late = Clock(now=lambda: datetime.now(UTC) - timedelta(hours=1))
    assert any(
        "s behind the panel's." in finding for finding in wrongs(await examined(panel_settings(panel), late))
    )
    assert any("s behind Discord's." in finding for finding in wrongs(await on_discord(bot_settings(), late)))


@pytest.mark.parametrize(
    ("header", "mark"),
    [
        ("Thu, 01 Jan 2026 00:00:05 GMT", Mark.GOOD),
        ("Thu, 01 Jan 2026 00:01:00 GMT", Mark.NOTE),
        ("Wed, 31 Dec 2025 23:00:00 GMT", Mark.WRONG),
        ("Thu Jan  1 00:00:05 2026", Mark.GOOD),
        (f"Thu, 01 Jan {'9' * 20} 00:00:00 GMT", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_off(header: str | None, mark: Mark | None) -> None:
    finding = clock("the panel", header, datetime(2026, 1, 1, tzinfo=UTC))
    assert (finding.mark if finding else None) is mark


def test_a_data_directory_in_order(tmp_path: Path) -> None:
    results = list(check_data_dir(bot_settings(tmp_path / "data")))
    assert {finding.mark for finding in results} == {Mark.GOOD}


def test_a_data_directory_that_others_can_read_is_noted(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert "chmod 700" in notes(list(check_data_dir(bot_settings(tmp_path))))[0]


def test_a_data_directory_that_cannot_be_made_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (finding,) = wrongs(list(check_data_dir(bot_settings(tmp_path / "file" / "data"))))
    assert "cannot be written to" in finding


def test_an_unusable_store_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "quetzal.db").mkdir()
    assert "store" in wrongs(list(check_data_dir(bot_settings(tmp_path))))[0]


def test_encryption_keys_are_checked_for_their_form() -> None:
    assert notes(list(check_vault(bot_settings())))
    (finding,) = wrongs(list(check_vault(bot_settings(encryption_keys=(SecretStr("canary-no-key"),)))))
    assert "canary" not in finding


def test_names_cannot_drive_the_terminal() -> None:
    assert "\x1b" not in str(Finding(Mark.GOOD, "evil \x1b[2J name"))


async def test_messages_that_wait_for_delivery_are_listed_with_since_when_and_why(tmp_path: Path) -> None:
    made_at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    store = await Store.open(directory / STORE, now=made_at)

    async def post(conn: AsyncConnection) -> None:
        for channel_id in (11, 11, 22):
            await outbox.post(
                conn,
                guild_id=GUILD_ID,
                panel_id="main",
                channel_id=channel_id,
                kind=MessageKind.ALERT,
                group_key="",
                incident_ids=(),
                now=made_at,
            )
        await closed_channels.put(
            conn, ClosedChannel(22, GUILD_ID, "main", "Quetzal may not write there.", made_at)
        )

    await store.write(post)
    await store.close()
    results = [*check_data_dir(bot_settings(directory))]
    (waits,) = notes(results)
    assert "2 alert messages for channel 11 not delivered since 2026-11-23 12:00 UTC" in waits
    assert "Next attempt at 12:00 UTC" in waits
    (closed,) = wrongs(results)
    assert "1 alert message for channel 22" in closed and "Quetzal may not write there." in closed
    assert "/alerts channel" in closed
