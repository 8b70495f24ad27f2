"""The tour is right about what is there, what works and what does not."""

import io

import pytest

from demo.player import Guide, Step, Unmet
from demo.tour import main, tour
from demo.tour_steps import STEPS
from tests.support.forks import forked_workers

ABSENT = Step("Do what nobody does", "nobody does")


async def listing(guide: Guide) -> None:
    answer = await guide.run("server list")
    guide.check("Survival is listed", any("Survival" in line for line in guide.read(answer)))


async def lie(guide: Guide) -> None:
    guide.check("two and two are five", False)


async def stumble(guide: Guide) -> None:
    raise KeyError("backup")


async def played(*steps: Step, strict: bool = False) -> tuple[int, list[str]]:
    out = io.StringIO()
    with forked_workers():
        code = await tour(out, strict=strict, steps=steps)
    return code, out.getvalue().splitlines()


@pytest.mark.sweep
def test_the_conversation_is_played_and_every_step_holds(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(strict=True)

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[-1] == f"{len(STEPS)} passed, 0 failed"
    assert sum(line[:2].strip().isdigit() and line[2:4] == "  " for line in lines) == len(STEPS) == 10
    assert any("EssentialsX" in line for line in lines)
    assert any("[Restart]" in line for line in lines)


@pytest.mark.sweep
async def test_a_missing_step_says_so_and_fails_when_strict() -> None:
    code, lines = await played(Step("List", "server list", listing), ABSENT, strict=True)

    assert code == 1
    assert lines[-1] == "1 passed, 1 failed"
    assert any("not there yet: /nobody does" in line for line in lines)


@pytest.mark.sweep
async def test_a_step_that_does_not_hold_fails_and_the_next_is_played_and_a_missing_one_is_none() -> None:
    code, lines = await played(
        ABSENT,
        Step("Lie", "server list", lie),
        Step("Stumble", "server list", stumble),
        Step("A command that came without its step", "server list"),
        Step("List", "server list", listing),
    )

    assert code == 1
    assert lines[-1] == "1 passed, 3 failed"
    failures = [line.partition("✘ ")[2] for line in lines if "✘" in line]
    assert failures[:2] == ["not so: two and two are five", "KeyError('backup')"]
    assert "nobody wrote how" in failures[2]


def test_unmet_is_not_an_error_of_the_bot() -> None:
    assert not isinstance(Unmet("x"), AssertionError)
