"""A panel and its two nodes, on which everything goes wrong that can, and the log of it."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sandbox import Fault, RealClock, Sandbox
from sandbox.model import GameServer, Node
from sandbox.power import PowerBusy, PowerRefused, crash, signal
from tests.soak.truth import End, TruthLog

TOKEN_S = 130.0
"""How long a token lives here; a real one ten minutes."""
READ_NODE = "node-1"
"""The node of which the bot has the token."""
OWNER = "owner"
ASKED = "{} in the panel, by {}"
"""What the bot says of a request that it finds in the panel's activity log."""


@dataclass
class Scene:
    """What runs, what was done to it (`done` counts it), and what came of it."""

    sandbox: Sandbox
    log: TruthLog
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    is_calm: bool = False

    @property
    def acts(self) -> list[tuple[Callable[[], None], float]]:
        """What can happen, and how likely each is."""
        return [
            (self.crash_one, 6),
            (self.crash_one_for_good, 1),
            (self.restart_one, 3),
            (self.cut_some, 3),
            (self.silence_one, 1),
            (self.expire_one, 1),
            (self.refuse_tokens, 0.3),
            (self.refuse_lists, 0.3),
        ]

    def act(self) -> None:
        """Let one of them happen."""
        acts = self.acts
        self.chance.choices([act for act, _ in acts], [weight for _, weight in acts])[0]()

    # --- servers ---

    def crash_one(self) -> None:
        """Let the process of a server end by itself; the node starts it again."""
        if (server := self._running()) is not None:
            code = self.chance.choice((1, 137, 139))
            server.power.crashed_at = None
            self.log.expect(server, End(exit_code=code))
            self.done["crashes"] += 1
            crash(self.sandbox.world, server, code)

    def crash_one_for_good(self) -> None:
        """Let it end a second time within a minute: the node gives up, and the owner starts it later."""
        if (server := self._running()) is None:
            return
        world = self.sandbox.world
        server.power.crashed_at = world.seconds()
        self.log.expect(server, End(exit_code=1, gave_up=True))
        self.done["crashes for good"] += 1
        crash(world, server, 1)
        world.later(self.chance.uniform(15, 40), lambda: self._ask(server, "start"))

    def restart_one(self) -> None:
        """Let the owner restart a server in the panel."""
        if (server := self._running()) is not None:
            self.log.expect(server, End(asked_by=ASKED.format("restart", OWNER)))
            self.done["restarts"] += 1
            self._ask(server, "restart")

    def _running(self) -> GameServer | None:
        running = [
            server
            for server in self.sandbox.world.servers.values()
            if server.state == "running" and server.power.action is None
        ]
        return self.chance.choice(running) if running else None

    def _ask(self, server: GameServer, name: str) -> None:
        world = self.sandbox.world
        world.log(server, f"server:power.{name}", {}, actor=world.user(OWNER))
        with suppress(PowerBusy, PowerRefused):
            signal(world, server, name)

    # --- connections ---

    def cut_some(self) -> None:
        """Drop some connections without a word."""
        sockets = [*self.sandbox.open_sockets]
        chosen = self.chance.sample(sockets, min(3, len(sockets)))
        self.log.dropped(chosen)
        for socket in chosen:
            socket.cut()
        self.done["cuts"] += len(chosen)

    def silence_one(self) -> None:
        """Let the node forget a connection that stays open."""
        hearing = [socket for socket in self.sandbox.open_sockets if socket.hears]
        if hearing:
            socket = self.chance.choice(hearing)
            self.log.dropped([socket])
            socket.forget()
            self.done["silenced"] += 1

    def expire_one(self) -> None:
        """Let a token run out before it was renewed."""
        hearing = [socket for socket in self.sandbox.open_sockets if socket.hears]
        if hearing:
            socket = self.chance.choice(hearing)
            self.log.dropped([socket])
            socket.expire()
            self.done["expired"] += 1

    def refuse_tokens(self) -> None:
        """Let the panel give no tokens for a while, so that servers are handed over to polling."""
        code, times = self.chance.choice(((403, 2), (500, 10)))  # after 403 a server waits for ten minutes
        self.sandbox.faults.add(Fault.status(code), path="*/websocket", times=times)
        self.done["tokens refused"] += times

    def refuse_lists(self) -> None:
        """Let a node not say how its servers are, so that they are observed by other means."""
        fault = Fault.status(self.chance.choice((403, 500)))
        self.sandbox.faults.add(fault, path="/api/servers", origin="node", times=4)
        self.done["lists refused"] += 4

    # --- nodes ---

    def stop_node(self) -> Node:
        """Stop the daemon of a node; games run on."""
        node = self.chance.choice(self.sandbox.world.nodes)
        self.log.node_went(node.name, down=True)
        self.log.dropped([socket for socket in self.sandbox.open_sockets if socket.server.node is node])
        self.sandbox.node_down(node)
        self.done[f"restarts of {node.name}"] += 1
        return node

    def start_node(self, node: Node) -> None:
        """Start it again: it takes no token that is older."""
        self.sandbox.node_down(node, down=False)
        self.log.node_went(node.name, down=False)

    def read_requests(self) -> None:
        """Note what the node was asked."""
        self.log.read_requests(READ_NODE)


@asynccontextmanager
async def set_scene(*, servers: int, seed: int) -> AsyncIterator[Scene]:
    """Build it."""
    async with Sandbox(clock=RealClock(), seed=seed) as sandbox:
        world = sandbox.world
        world.settings.socket_token_s = TOKEN_S
        nodes = (world.node, world.add_node("node-2"))
        for number in range(servers):
            world.add_server(f"Server {number}", state="running", node=nodes[number % 2], up_for=86_400.0)
        yield Scene(sandbox, TruthLog(sandbox), random.Random(seed))
