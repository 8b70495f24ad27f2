"""What ends after Discord's quarter of an hour, where nothing can be posted."""

import discord
import pytest
from simcord import ChannelHandle

from sandbox import Fault
from sandbox.node.disk import Disk
from sandbox.node.volumes import disk_of
from tests.support.bot_view import bot_channel, bot_guild
from tests.support.disk import NEW, furnished, staged
from tests.support.messages import buttons, text
from tests.support.world import World, shown


@pytest.fixture
def disk(world: World) -> Disk:
    return furnished(disk_of(world.survival))


async def unpacked_late(world: World, disk: Disk) -> None:
    """Unpack an archive which takes the node 20 minutes."""
    disk.write("/up.tar.zst", b"(the node reads it)")
    world.sandbox.faults.add(Fault.status(504), path="*/files/decompress")
    asked = await world.admin.slash(world.channel, "files extract", path="up.tar.zst", to="/big")
    await world.admin.click(shown(asked), label="Extract")
    (folder,) = staged(disk)
    for number in range(25):
        disk.write(f"/.quetzal/{folder}/r.{number}.mca", NEW)
        await world.advance(50)
    await world.until((disk.tree.root / "big").exists, within_s=300, step_s=10)


@pytest.mark.sweep
async def test_result_that_cannot_be_posted_is_announced_privately_and_fetched(
    world: World, disk: Disk
) -> None:
    guild = bot_guild(world)
    locked = discord.PermissionOverwrite(send_messages=False)
    await bot_channel(world).set_permissions(guild.me, overwrite=locked)
    await unpacked_late(world, disk)
    direct = ChannelHandle(world.env, None, world.env.backend.get_dm_channel(world.admin.id))
    await world.until(lambda: bool(direct.history()))
    (letter,) = direct.history()
    assert "Run `/quetzal about` in Acme Games" in (letter.embeds[0].description or "")

    theirs = shown(await world.operator.slash(world.channel, "quetzal about"))
    assert "Show" not in buttons(theirs)
    mine = shown(await world.admin.slash(world.channel, "quetzal about"))
    assert "1 result of yours couldn't be posted" in text(mine)
    assert "Extracted up.tar.zst" in text(shown(await world.admin.click(mine, label="Show")))
    assert "Show" not in buttons(shown(await world.admin.slash(world.channel, "quetzal about")))


@pytest.mark.sweep
async def test_result_is_posted_once_when_discord_is_back(world: World, disk: Disk) -> None:
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=500, times=3)
    await unpacked_late(world, disk)
    await world.until(lambda: bool(world.channel.history()), step_s=5)
    await world.advance(120)
    (post,) = world.channel.history()
    assert "has finished" in text(post)
