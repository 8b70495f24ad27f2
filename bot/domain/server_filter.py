"""Which servers a bulk action means: by name, node, tag or state. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.panel.models import PowerState, Server

ALL = "all"
_WORD = re.compile(r'(?:(?P<key>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))', re.IGNORECASE)
_TAG = re.compile(r"(?<!\w)#([\w-]+)")
_KEYS = ("name", "node", "tag", "state")
_STATES = {
    state.value: state
    for state in (PowerState.RUNNING, PowerState.OFFLINE, PowerState.STARTING, PowerState.STOPPING)
}
_HELP = N_(
    "Write part of a name (`lobby`, `lobby*`), `node:falcon`, `tag:event` (`#event` in the server's "
    "description), `state:offline`, or `all`. With several, a server has to match each."
)


@dataclass(frozen=True, slots=True)
class ServerFilter:
    """What a server has to match: each of the names (patterns), nodes, tags and states."""

    names: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    states: tuple[PowerState, ...] = ()

    @classmethod
    def parse(cls, typed: str) -> "ServerFilter":
        """Read what was typed; raises BadInput."""
        terms: dict[str, list[str]] = {key: [] for key in _KEYS}
        matches = [*_WORD.finditer(typed)]
        if not matches:
            raise BadInput(_("Say which servers you mean."), next_step=_HELP)
        for match in matches:
            key, value = (
                (match["key"] or "name").lower(),
                (match["quoted"] or match["plain"] or "").casefold(),
            )
            if key == "name" and value.startswith("#"):
                key, value = "tag", value.removeprefix("#")
            is_bare = value.endswith(":") and value[:-1] in terms
            if key not in terms or not value or is_bare or (key == "state" and value not in _STATES):
                raise BadInput(_("That filter can't be read."), next_step=_HELP)
            terms[key].append(value)
        names = tuple(name for name in terms["name"] if name != ALL)
        states = tuple(_STATES[state] for state in terms["state"])
        return cls(names, tuple(terms["node"]), tuple(terms["tag"]), states)

    def matches(self, server: Server, state: PowerState | None) -> bool:
        """Return whether a server matches; `state` is None when it isn't known."""
        name, node, tags = server.name.casefold(), server.node.casefold(), tags_of(server)
        return (
            all(_fits(name, pattern) for pattern in self.names)
            and all(fnmatchcase(node, pattern) for pattern in self.nodes)
            and all(tag in tags for tag in self.tags)
            and all(state is wanted for wanted in self.states)
        )


def tags_of(server: Server) -> frozenset[str]:
    """Return a server's tags: each `#word` in its description."""
    return frozenset(tag.casefold() for tag in _TAG.findall(server.description))


def suggestions(servers: Sequence[Server]) -> list[str]:
    """List the filters that make sense for these servers."""
    nodes = sorted({f"node:{server.node}" for server in servers if server.node and " " not in server.node})
    tags = sorted({f"tag:{tag}" for server in servers for tag in tags_of(server)})
    return [ALL, *(f"state:{state}" for state in _STATES), *nodes, *tags]


def _fits(name: str, pattern: str) -> bool:
    if any(char in pattern for char in "*?["):
        return fnmatchcase(name, pattern)
    return pattern in name
