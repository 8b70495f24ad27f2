"""The commonest public eggs, and the protocol for each: `python -m tests.games.eggs` writes docs/games.md.

`eggs.json` is an excerpt of the eggs of pterodactyl/panel and pelican-eggs (MIT License, Michael Parker and
contributors): names, features, images, start commands, and the variables that name ports.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.game_protocols import query_candidates
from bot.panel.models import Allocation, Server
from bot.panel.models.servers import EggVariable

PAGE = Path(__file__).parents[2] / "docs" / "games.md"
_HEAD = "| egg | protocol | port |\n|---|---|---|\n"
_NEIGHBOURS = (1, 123)
"""Ports that hosts allocate beside the game's own, for the games that need them."""


@dataclass(frozen=True)
class Egg:
    """An egg, and the port at which its game usually runs."""

    name: str
    port: int
    features: tuple[str, ...]
    image: str
    startup: str
    variables: dict[str, str]

    def server(self, *, ports: tuple[int, ...] | None = None) -> Server:
        """Make a server of it, with an allocation for each port that it names."""
        named = [int(value) for value in self.variables.values() if value.isdecimal()]
        beside = [self.port + offset for offset in _NEIGHBOURS]
        allocated = dict.fromkeys([self.port, *beside, *named] if ports is None else ports)
        return Server(
            uuid="7a3c", identifier="7a3c", internal_id=1, name="A server",
            docker_image=self.image, invocation=self.startup, egg_name=self.name, egg_features=self.features,
            allocations=tuple(
                Allocation(id=number, ip="198.51.100.7", port=port, is_default=number == 0)
                for number, port in enumerate(allocated)
            ),
            variables=tuple(
                EggVariable(name=name, env_variable=name, default_value=value)
                for name, value in self.variables.items()
            ),
        )  # fmt: skip


def public_eggs() -> list[Egg]:
    """Read the excerpt."""
    return [
        Egg(**{**egg, "features": tuple(egg["features"])})
        for egg in json.loads(Path(__file__).with_name("eggs.json").read_text())
    ]


def table() -> str:
    """Return the table of docs/games.md."""
    return _HEAD + "".join(sorted(_rows(), key=str.casefold))


def _rows() -> Iterator[str]:
    for egg in public_eggs():
        candidates = query_candidates(egg.server())
        if not candidates:
            yield f"| {egg.name} | none: the game can't be queried | |\n"
            continue
        first = candidates[0].port
        protocols = [candidate.protocol for candidate in candidates if candidate.port == first]
        yield f"| {egg.name} | {', then '.join(f'`{name}`' for name in protocols)} | {_port(egg, first)} |\n"


def _port(egg: Egg, port: int) -> str:
    variable = next((name for name, value in egg.variables.items() if value == str(port)), None)
    if variable is not None:
        return f"`{variable}` ({port})"
    return f"the game's ({port})" if port == egg.port else f"the game's + {port - egg.port} ({port})"


def main() -> None:
    """Write the table into the page."""
    page = PAGE.read_text()
    PAGE.write_text(re.sub(re.escape(_HEAD) + r"(?:\|.*\n)*", lambda _: table(), page))


if __name__ == "__main__":
    main()
