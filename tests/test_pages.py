"""The pages name what exists: paths, modules, make targets, settings, commands with their options."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.ui.setup.overview import every_command
from tests.support.world import World

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
COMMANDS = DOCS / "commands.md"
PAGES = sorted({ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")})

CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:bot|cogs|sandbox|demo|benchmarks|tests|docs|requirements)/[\w./-]*")
TARGET = re.compile(r"\bmake ([a-z]+)\b")
MODULE = re.compile(r"python -m ((?:bot|sandbox|demo|benchmarks|tests)[\w.]*)")
SETTING = re.compile(r"\bQUETZAL_[A-Z0-9_]+")
SLASH = re.compile(r"/([a-z]+(?: [a-z-]+)+)")


def codes(page: Path) -> list[str]:
    """List what a page has in backticks and code blocks, except about other projects."""
    text, *_ = page.read_text().split("\n## Models to learn from")
    return [*CODE.findall(text), *re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def is_setting(name: str) -> bool:
    """Say whether there is such a setting; names of panels, nodes and files can be anything."""
    field = name.removeprefix("QUETZAL_").removesuffix("_FILE").lower()
    example = (ROOT / ".env.example").read_text()
    return field.partition("__")[0] in Settings.model_fields or f"{name}=" in example


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_everything_that_a_page_names_exists(page: Path) -> None:
    named = "\n".join(codes(page))
    missing = [
        *(path for path in PATH.findall(named) if not (ROOT / path).exists()),
        *(f"make {target}" for target in TARGET.findall(named) if target not in targets()),
        *(f"python -m {name}" for name in MODULE.findall(named) if importlib.util.find_spec(name) is None),
        *(name for name in SETTING.findall(named) if not is_setting(name)),
    ]
    assert missing == []


async def test_every_command_that_a_page_names_exists(world: World) -> None:
    names = {command.qualified_name for command in every_command(world.bot.tree)}
    groups = {name.split()[0] for name in names}
    beginnings = {name[: place.start()] for name in names for place in re.finditer(" ", name)} | names
    unknown = [
        f"{page.relative_to(ROOT)}: /{named}"
        for page in PAGES
        for code in codes(page)
        for named in SLASH.findall(code)
        if named.split()[0] in groups
        and named not in beginnings
        and not any(f"{named} ".startswith(f"{name} ") for name in names)
    ]
    assert unknown == []


def described() -> Iterator[str]:
    """Read the commands of docs/commands.md, with the options that they have beside `server` and `public`."""
    for section in COMMANDS.read_text().split("\n## /")[1:]:
        group = section.partition("\n")[0]
        for cell in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE):
            for code in CODE.findall(cell):
                yield f"{group} {code.replace(' [server]', '')}"


async def test_the_page_of_commands_lists_every_command_with_its_options(world: World) -> None:
    signatures = {
        " ".join(
            (
                command.qualified_name,
                *(
                    option.display_name if option.required else f"[{option.display_name}]"
                    for option in command.parameters
                    if option.name not in {"server", "public"}
                ),
            )
        )
        for command in every_command(world.bot.tree)
    }
    differs = signatures ^ set(described())
    assert not differs, f"docs/commands.md and the commands differ in: {sorted(differs)}"


def test_every_make_target_is_explained_to_contributors_or_users() -> None:
    explained = {target for page in PAGES for code in codes(page) for target in TARGET.findall(code)}
    assert targets() - explained == {"help", "clean"}
