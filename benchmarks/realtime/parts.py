"""The parts of the benchmark, each as rows of the table."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from benchmarks import nodes as nodes_benchmark
from benchmarks.calibration import allowed, slowness
from benchmarks.realtime.bare_client import frame_ms
from benchmarks.realtime.crashes import (
    OPEN_WITHIN_S,
    REQUESTS_PER_MINUTE,
    Load,
    Measured,
    Quiet,
    measure,
    quantile,
)
from benchmarks.realtime.hour import Hour, Played, play
from benchmarks.realtime.skipping_loop import run_skipping
from benchmarks.realtime.socket_memory import bytes_per_socket
from benchmarks.realtime.table import Row
from bot.core.event_loop import loop_factory
from bot.monitoring.schedule import interval_s
from bot.panel.budget import BudgetView

T = TypeVar("T")

FRAME_MS = 0.15
SOCKET_BYTES = 80_000
KEY_LIMIT = 256
CRASH_S, COMMAND_S = 2.0, 0.1
TOKEN_S = 9 * 60.0
NODE_SERVERS = 10_000


def crashes(quick: bool) -> list[Row]:
    """Measure from the node's frame to the request to Discord, and what a frame costs."""
    few, many = (Load(10, 2, 2.0, 4.0), Load(40, 2, 2.0, 4.0)) if quick else (Load(200, 20), Load(2000, 20))
    loads = {few: 0.2, many: 0.2 if quick else 1.0}
    rows, quiet = [], list[Quiet]()
    for load, target_s in loads.items():
        polled = run_skipping(
            play(Hour(load.servers, max(240, load.servers), 5 if quick else 100, True, 120.0, 240.0))
        )
        try:
            live = asyncio.run(measure(load))
        except TimeoutError:
            within = f"in {OPEN_WITHIN_S / 60:.0f} min"
            rows.append(Row(f"{load.servers:,} connections", "not open", "", within, False, "", False))
        else:
            quiet.append(live.quiet)
            rows += _delay_rows(load, live, polled, target_s)
    if len(quiet) == len(loads):
        rows.append(_added_frame(*quiet))
    poll_ms = asyncio.run(measure(replace(few, polls=True))).quiet.each_ms
    bare_ms = _on_the_bots_loop(frame_ms(many.servers, 2.0 if quick else 15.0))
    rows.append(Row("CPU time a poll, in place of a frame", "", f"{poll_ms:.2f} ms"))
    rows.append(Row("CPU time a frame, of a client that only reads them", f"{bare_ms:.3f} ms"))
    return rows


def _added_frame(few: Quiet, many: Quiet) -> Row:
    """Show what one more frame costs, without what the bot uses anyway."""
    each_ms = 1000 * (many.core - few.core) / (many.a_second - few.a_second)
    return Row(
        "CPU time a frame, from the smaller size to the larger one",
        f"{each_ms:.3f} ms",
        "",
        f"< {FRAME_MS} ms",
        each_ms < FRAME_MS,
    )


def _delay_rows(load: Load, live: Measured, polled: Played, target_s: float) -> list[Row]:
    bound_ms = allowed(FRAME_MS)
    return [
        Row(
            f"{load.servers:,} connections: crashes that reached Discord",
            f"{len(live.delays_s)} of {load.crashes}",
            f"{len(polled.delays_s)} of {polled.hour.crashes}",
            "all",
            not live.missed,
        ),
        *_quantiles(
            "  offline at the node to the request to Discord",
            live.delays_s,
            polled.delays_s,
            target_s,
            allowed(target_s) * live.crowding,
        ),
        Row(
            "  CPU time a frame, in all, while nothing happens",
            f"{live.quiet.each_ms:.3f} ms",
            "",
            f"< {FRAME_MS} ms",
            live.quiet.each_ms < FRAME_MS,
            f"< {bound_ms:.3f} ms" if load.servers >= 1000 else "",
            live.quiet.each_ms < bound_ms if load.servers >= 1000 else None,
        ),
        Row("  frames a second", f"{live.quiet.a_second:.0f}"),
        Row(
            "  of one core: the bot · the stand-in of panel and node",
            f"{live.quiet.core:.0%} · {live.quiet.node_core:.0%}",
        ),
        Row(
            f"  all connections open after (the panel allows {REQUESTS_PER_MINUTE:,} a minute)",
            _s(live.opened_s),
        ),
        Row("  others make everything take so many times as long", f"{live.crowding:.1f}"),
    ]


def _quantiles(
    label: str, live_s: list[float], polled_s: list[float], target_s: float, bound_s: float
) -> list[Row]:
    """Show the median and the 95th percentile of delays, the latter beside what it may be."""
    p95_s = quantile(live_s, 0.95)
    return [
        Row(f"{label}, median", _s(quantile(live_s, 0.5)), _s(quantile(polled_s, 0.5))),
        Row(
            f"{label}, p95",
            _s(p95_s),
            _s(quantile(polled_s, 0.95)),
            f"< {_s(target_s)}",
            p95_s < target_s,
            f"< {_s(bound_s)}",
            p95_s < bound_s,
        ),
    ]


def memory(quick: bool) -> list[Row]:
    """Measure the memory of a live connection over TLS."""
    taken = bytes_per_socket(20 if quick else 300)
    return [
        Row(
            f"memory of a TLS connection by the hub, on {name}",
            f"{used / 1000:.0f} KB",
            "none",
            *(("< 80 KB", used < SOCKET_BYTES, "< 80 KB", used < SOCKET_BYTES) if name == "uvloop" else ()),
        )
        for name, used in taken.items()
    ]


def hour(quick: bool) -> list[Row]:
    """Play a random hour of many servers on one key."""
    size = Hour(20, KEY_LIMIT, 3, False, 60.0, 600.0) if quick else Hour(1600, KEY_LIMIT, 60)
    live, polled = (run_skipping(play(replace(size, polls=polls))) for polls in (False, True))
    later_s = max(live.commands_s) - min(live.alone_s)
    windows = size.length_s / TOKEN_S
    most_tokens = max(live.tokens.values(), default=0)
    bound_command_s = COMMAND_S * slowness()
    opened = "not in it" if live.opened_s is None else f"{live.opened_s / 60:.0f} min"
    return [
        Row(
            f"{size.servers:,} servers, one key, {KEY_LIMIT} a minute, clock skips: connected after",
            opened,
            "never",
        ),
        Row(
            "  requests in the busiest minute · refused by the panel",
            f"{live.busiest} · {live.refused}",
            f"{polled.busiest} · {polled.refused}",
            "0 refused",
            not live.refused,
        ),
        Row(
            "  token requests of a server, at most · spans of 9 min",
            f"{most_tokens} · {windows:.1f}",
            f"{polled.requests / size.servers / windows:.2f} polls",
            "1 each + 1",
            most_tokens <= windows + 1,
        ),
        Row(
            "  the backups of each server are read every",
            f"{size.servers * size.length_s / max(1, live.backups) / 3600:.1f} h",
            f"{size.servers * size.length_s / max(1, polled.backups) / 3600:.1f} h",
        ),
        Row(
            "  crashes delivered",
            f"{len(live.delays_s)} of {size.crashes}",
            f"{len(polled.delays_s)} of {size.crashes}",
            "all",
            not live.missed,
        ),
        *_quantiles(
            "  offline at the node to the delivery",
            live.delays_s,
            polled.delays_s,
            CRASH_S,
            CRASH_S * slowness(),
        ),
        Row(
            "  a person's request: alone, median beside",
            f"{_s(quantile(live.alone_s, 0.5))}, {_s(quantile(live.commands_s, 0.5))}",
            _s(quantile(polled.commands_s, 0.5)),
        ),
        Row(
            "  a person's request: longest beside, later than alone",
            _s(later_s),
            _s(max(polled.commands_s) - min(polled.alone_s)),
            "< 0.1 s",
            later_s < COMMAND_S,
            f"< {_s(bound_command_s)}",
            later_s < bound_command_s,
        ),
    ]


def nodes(quick: bool) -> list[Row]:
    """Measure ten thousand servers by node source; there is no small one."""
    if quick:
        return []
    poll_interval_s = interval_s(60.0, NODE_SERVERS, BudgetView(KEY_LIMIT, KEY_LIMIT, None))
    polling = {"a change reaches the stream, p95": f"up to {poll_interval_s / 60:.0f} min"}
    return [
        Row(
            f"{NODE_SERVERS:,} servers, 200 nodes: {figure.label}",
            figure.measured,
            polling.get(figure.label, ""),
            figure.target,
            figure.met,
        )
        for figure in nodes_benchmark.figures()
    ]


def _s(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _on_the_bots_loop(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(work)
