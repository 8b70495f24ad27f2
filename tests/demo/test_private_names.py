"""What the simulated Discord takes from inside simcord must be there: one case a name."""

import inspect
import time
from types import ModuleType
from typing import Any

import discord
import pytest
from simcord import Env, components, gateway, results
from simcord._dpy_internals import real_monotonic
from simcord._runtime import _BOT_SCOPE
from simcord.backend import Backend
from simcord.backend.cdn import CdnStore
from simcord.http import router
from simcord.preview import (
    Preview,
    _action_plans,
    _commands,
    _component_projection,
    _markdown,
    _messages,
    _pages,
    _queries,
    _server,
    _snapshot,
)

from demo.harness import GUILD_ID
from tests.support.world import World

KEPT_LISTS = ("http_requests", "transcript")
KEPT_BY_KEY = ("messages", "interactions", "interaction_tokens")


def parameters(function: object) -> list[str]:
    assert callable(function)
    return [*inspect.signature(function).parameters]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (Env._schedule_timer, ["self", "record", "callback", "args", "schedule_context"]),
        (Env._record_error, ["self", "error"]),
        (Env._settle_internal, ["self", "timeout", "idle", "dispatch", "_deadline"]),
        (Preview._action, ["self", "context_id", "body"]),
        (Preview._publish, ["self", "page", "reason"]),
        (Preview._advance_presentation_time, ["self"]),
        (_commands.unsynced_commands, ["preview", "page"]),
        (_server.PreviewServer._static, ["self", "request"]),
        (_markdown.markdown_tokens, ["value", "profile", "context"]),
    ],
)
def test_a_replaced_function_takes_what_it_took(function: object, expected: list[str]) -> None:
    assert parameters(function) == expected


async def test_the_bot_reads_simulated_time_and_all_others_the_real_one(world: World) -> None:
    assert time.monotonic.__module__ == "demo.discord.simulated"

    began = real_monotonic()
    assert began <= time.monotonic() <= real_monotonic()

    scope = _BOT_SCOPE.set((world.env, world.env._generation))
    try:
        assert time.monotonic() == world.env._virtual_time
    finally:
        _BOT_SCOPE.reset(scope)


@pytest.mark.parametrize(
    ("module", "call"),
    [
        (router, "copy.deepcopy("),
        (gateway, "copy.deepcopy("),
        (results, " deepcopy("),
        (components, " deepcopy("),
    ],
)
def test_a_module_copies_by_a_name_that_is_replaced(module: ModuleType, call: str) -> None:
    assert call in inspect.getsource(module)


def test_a_copy_of_what_is_not_json_is_a_copy_too() -> None:
    inner = {"kind": discord.ChannelType.text, "names": ["a"]}

    module: Any = results
    copied = module.deepcopy({"outer": inner})

    assert copied == {"outer": inner}
    assert copied["outer"]["names"] is not inner["names"]


@pytest.mark.parametrize("module", [_component_projection, _messages, _queries, _snapshot])
def test_a_module_renders_markdown_by_a_name_of_its_own(module: object) -> None:
    assert callable(getattr(module, "markdown_tokens"))  # noqa: B009 - the module does not export it


@pytest.mark.parametrize("module", [_snapshot, _pages, _action_plans])
def test_a_module_has_the_length_of_the_history(module: object) -> None:
    assert isinstance(getattr(module, "HISTORY_WINDOW_SIZE"), int)  # noqa: B009 - not exported


@pytest.mark.parametrize("place", ["embed_description", "embed_field_value"])
def test_small_print_is_a_policy_of_a_place(place: str) -> None:
    assert "subtext" in _markdown._FIELD_POLICIES[place]


@pytest.mark.parametrize("name", KEPT_LISTS)
def test_a_log_is_a_list(name: str) -> None:
    assert isinstance(getattr(Backend(), name), list)


@pytest.mark.parametrize("name", KEPT_BY_KEY)
def test_what_is_forgotten_is_a_dictionary(name: str) -> None:
    assert isinstance(getattr(Backend(), name), dict)


def test_the_attachments_are_a_dictionary() -> None:
    assert CdnStore()._blobs == {}


async def test_a_running_simulation_has_the_work_of_the_bot_and_its_timers(world: World) -> None:
    work = world.env._work

    assert isinstance(work.tasks, dict)
    assert isinstance(work.external_waits, dict)
    assert all(hasattr(record, "when") and hasattr(record, "handle") for record in work.callbacks)
    assert world.env._runtime is not None
    assert callable(world.env._runtime.call_at)
    assert world.bot.get_guild(GUILD_ID) is not None
    assert world.env.backend.bot_user.name == "Quetzal"
    assert world.env.now() == world.sandbox.clock.now()
