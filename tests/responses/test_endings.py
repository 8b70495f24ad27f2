"""How questions and views end: when nobody answers, when Discord is away, when the bot stops."""

import asyncio
import gc

from bot.ui.kit.command_tree import end_unfinished
from bot.ui.kit.shown_views import Views
from demo.discord.connection_faults import Cut
from tests.support.messages import buttons, text
from tests.support.world import World, shown

AWAY = Cut(taken=False, lasts_s=30.0)


async def test_a_question_whose_time_is_over_while_discord_is_away_says_so_afterwards(world: World) -> None:
    unseen: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unseen.append(context))
    asked = await world.admin.slash(world.channel, "server power", action="stop", server="Survival")
    world.trouble.arm(0, AWAY)
    await world.advance(61)
    assert "Stop" in buttons(shown(asked))
    await world.advance(40)
    assert "Nothing was changed." in text(shown(asked))
    assert buttons(shown(asked)) == ["Open status"]
    gc.collect()
    assert unseen == []


async def test_a_stop_ends_open_questions_and_says_so(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server power", action="stop", server="Survival")
    await world.bot.shared(Views).close(1.0)
    await world.env.settle()
    assert "Nothing was changed." in text(shown(asked))
    assert buttons(shown(asked)) == ["Open status"]
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("CommandTree-invoker")]


async def test_a_stop_notifies_everybody_whose_work_was_cut_off(world: World) -> None:
    asked = await world.admin.slash(world.channel, "backup create", server="Survival")
    assert "Quetzal was stopped" not in text(shown(asked))
    await end_unfinished(world.bot, 1.0)
    await world.env.settle()
    assert "Quetzal was stopped while it was working on this." in text(shown(asked))


async def test_open_questions_and_views_keep_no_task_each(world: World) -> None:
    await world.admin.slash(world.channel, "server power", action="stop", server="Survival")
    await world.admin.slash(world.channel, "server status", server="Survival")
    kept = {getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()}
    assert not [name for name in kept if "timeout_task" in name]
