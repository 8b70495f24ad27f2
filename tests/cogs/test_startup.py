"""/startup: the start command and its variables, checked by the egg's rules before they are sent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord import InteractionResult

from bot.domain.audit import Outcome
from sandbox import Fault
from sandbox.model import Variable
from tests.support.backups import acts
from tests.support.forms import field, submit
from tests.support.messages import button_beside, buttons, rows, text
from tests.support.world import World, new_world, shown

_STARTUP = '/home/container/run.sh "{{GAME_NAME}}" --players {{MAX_PLAYERS}} --rcon {{RCON_PASSWORD}}'


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Make a world whose server has a variable of each kind."""
    async with new_world(tmp_path) as made:
        made.survival.egg.startup = _STARTUP
        made.survival.egg.variables = [
            Variable("Game name", "GAME_NAME", "rig", "", "required|string|max:20"),
            Variable("Players", "MAX_PLAYERS", "8", "", "required|integer|between:1,64"),
            Variable("Mode", "MODE", "easy", "", "required|string|in:easy,hard"),
            Variable("Auto update", "AUTO_UPDATE", "0", "", "required|boolean"),
            Variable("Token", "TOKEN", "abcdefgh", "", "nullable|string|max:32"),
            Variable("Jar", "JAR", "server.jar", "", r"required|regex:/^([\w\d._-]+)(\.jar)$/"),
            Variable("Build", "BUILD", "1.2.3", "", "required|string", editable=False),
            Variable("RCON password", "RCON_PASSWORD", "hush-hush", "", "required|string|max:40"),
            Variable("Hidden", "HIDDEN", "x", "", "required|string", viewable=False),
        ]
        yield made


async def run(world: World, variable: str, value: str | None = None) -> InteractionResult:
    given = {} if value is None else {"value": value}
    return await world.admin.slash(
        world.channel, "startup set", variable=variable, server="Survival", **given
    )


def sent(world: World) -> int:
    return sum(entry.path.endswith("/startup/variable") for entry in world.sandbox.requests)


async def test_the_command_and_each_variable_with_its_rule_in_words(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "startup show", server="Survival"))

    said = text(answer)
    assert '/home/container/run.sh "rig" --players 8 --rcon [hidden]' in said
    assert "**Game name** `rig`\n-# Text of at most 20 characters" in said
    assert "**Players** `8`\n-# A whole number from 1 to 64" in said
    assert "**Mode** `easy`\n-# One of `easy`, `hard`" in said
    assert "**Auto update** `0`\n-# 1 (on) or 0 (off)" in said
    assert "**Token** `abcdefgh`\n-# Text of at most 32 characters, or empty" in said
    assert "🔒 **Build** `1.2.3`\n-# Read-only: whoever runs the panel can change it" in said
    assert "HIDDEN" not in said
    assert len(rows(answer)) == 7


async def test_below_manager_secret_values_are_hidden_and_nothing_can_be_set(world: World) -> None:
    answer = shown(await world.operator.slash(world.channel, "startup show", server="Survival"))

    assert "**RCON password** `[hidden]`" in text(answer)
    assert "hush" not in text(answer)
    assert "Set" not in buttons(answer)


async def test_a_value_is_sent_as_text_after_a_preview(world: World) -> None:
    asked = await run(world, "max_players", " 16 ")
    assert "## Set Players?\nNow: `8`\nNew: `16`" in text(shown(asked))
    assert sent(world) == 0
    await world.admin.click(shown(asked), label="Set")

    assert world.survival.variables["MAX_PLAYERS"] == "16"
    assert "Players is set\nIt is `16` from the next start of Survival." in text(shown(asked))
    assert buttons(shown(asked)) == ["Restart", "Status", "Undo"]
    assert await acts(world, "server.variable") == [Outcome.DONE]


async def test_undo_sets_the_value_from_before(world: World) -> None:
    asked = await run(world, "GAME_NAME", "Season 2")
    await world.admin.click(shown(asked), label="Set")
    await world.admin.click(shown(asked), label="Undo")

    assert world.survival.variables["GAME_NAME"] == "rig"
    assert "It is `rig` from the next start" in text(shown(asked))


REFUSED = [
    ("GAME_NAME", "x" * 21, "text of at most 20 characters"),
    ("GAME_NAME", None, "text of at most 20 characters"),
    ("MAX_PLAYERS", "many", "a whole number from 1 to 64"),
    ("MAX_PLAYERS", "65", "a whole number from 1 to 64"),
    ("MODE", "insane", "one of `easy`, `hard`"),
    ("AUTO_UPDATE", "2", "1 (on) or 0 (off)"),
    ("JAR", "server.zip", "text that matches"),
    ("BUILD", "2", "read-only"),
    ("HIDDEN", "2", "no startup variable of that name, or the panel hides it"),
    ("NOPE", "2", "no startup variable of that name"),
]


async def test_what_the_panel_would_refuse_is_not_sent(world: World, subtests: pytest.Subtests) -> None:
    for variable, value, why in REFUSED:
        with subtests.test(f"{variable}={value}"):
            assert why in text(shown(await run(world, variable, value)))
            assert sent(world) == 0


async def test_what_only_the_panel_finds_is_said_of_the_variable_by_its_rule(world: World) -> None:
    rules = "required|alpha_dash|in_database:games"
    world.survival.egg.variables.append(Variable("Game", "GAME", "chess", "", rules))
    world.sandbox.faults.add(Fault.status(422), path="*/startup/variable")
    asked = await run(world, "GAME", "go")
    await world.admin.click(shown(asked), label="Set")

    said = text(shown(asked))
    assert "The panel doesn't allow that value of `GAME`." in said
    assert "letters, digits, dashes and underscores (the panel also checks `in_database:games`)" in said


async def test_a_switch_takes_words_that_the_panel_would_not(world: World) -> None:
    asked = await run(world, "Auto update", "on")
    await world.admin.click(shown(asked), label="Set")

    assert world.survival.variables["AUTO_UPDATE"] == "1"


async def test_a_variable_that_may_be_empty_is_emptied(world: World) -> None:
    asked = await run(world, "TOKEN")
    await world.admin.click(shown(asked), label="Set")

    assert world.survival.variables["TOKEN"] == ""
    assert "It is (empty) from the next start" in text(shown(asked))


async def test_the_same_value_is_not_sent_again(world: World) -> None:
    assert "has that value already" in text(shown(await run(world, "MAX_PLAYERS", "8")))
    assert sent(world) == 0


async def test_what_a_shell_would_read_is_said_before_it_is_set(world: World) -> None:
    assert "takes it as it is" in text(shown(await run(world, "GAME_NAME", 'a"; echo $HOME')))
    assert "takes it as it is" not in text(shown(await run(world, "TOKEN", "a;b")))


async def test_a_secret_is_neither_shown_nor_audited(world: World) -> None:
    asked = await run(world, "RCON_PASSWORD", "new-secret-value")
    await world.admin.click(shown(asked), label="Set")

    assert world.survival.variables["RCON_PASSWORD"] == "new-secret-value"
    assert "new-secret" not in text(shown(asked))


async def test_a_row_opens_a_form_which_gives_back_what_was_wrong(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "startup show", server="Survival"))
    form = await world.admin.click(answer, custom_id=button_beside(answer, "Players"))
    assert field(form)["value"] == "8"
    await submit(world.admin, form, "999")
    assert "It has to be a whole number from 1 to 64" in text(answer)

    again = await world.admin.click(answer, label="Correct")
    assert field(again)["value"] == "999"
    await submit(world.admin, again, "32")
    await world.admin.click(answer, label="Set")

    assert world.survival.variables["MAX_PLAYERS"] == "32"


async def test_a_form_shows_no_secret(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "startup show", server="Survival"))
    form = await world.admin.click(answer, custom_id=button_beside(answer, "RCON password"))

    assert not field(form).get("value")


async def test_suggestions_name_values_and_choices(world: World) -> None:
    variables = await world.admin.autocomplete(
        world.channel, "startup set", "variable", "", server="Survival"
    )
    modes = await world.admin.autocomplete(
        world.channel, "startup set", "value", "", server="Survival", variable="MODE"
    )
    secrets = await world.admin.autocomplete(
        world.channel, "startup set", "value", "", server="Survival", variable="RCON_PASSWORD"
    )

    assert {"name": "Players = 8", "value": "MAX_PLAYERS"} in variables
    assert {"name": "RCON password", "value": "RCON_PASSWORD"} in variables
    assert [choice["value"] for choice in modes] == ["easy", "hard"]
    assert secrets == []


async def test_a_lost_answer_is_checked(world: World) -> None:
    asked = await run(world, "MAX_PLAYERS", "16")
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/startup/variable")
    await world.admin.click(shown(asked), label="Set")

    assert "Players is set" in text(shown(asked))
    assert await acts(world, "server.variable") == [Outcome.DONE]


async def test_a_failing_panel_is_said_with_the_value_that_the_variable_has(world: World) -> None:
    asked = await run(world, "MAX_PLAYERS", "16")
    world.sandbox.faults.add(Fault.status(500), path="*/startup/variable")
    await world.admin.click(shown(asked), label="Set")

    assert "still had its old value when Quetzal checked" in text(shown(asked))


async def test_an_account_without_the_permission_is_refused_with_the_reason(world: World) -> None:
    shared = world.sandbox.world.add_server(name="Shared", owner="admin", state="running")
    world.sandbox.world.add_subuser(shared, "owner", ["control.console"])
    await world.advance(10)

    answer = await world.admin.slash(world.channel, "startup show", server="Shared")

    assert "has no permission for that" in text(shown(answer))
