"""The command line. Heavy imports wait until they are needed."""

import argparse
import asyncio
import importlib
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from bot.core.errors import QuetzalError, SetupError

SANDBOX_PORT = 8088
DEMO_PORT = 8642


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 on success."""
    options = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except QuetzalError as error:
        sys.stderr.write(f"{error.happened}\n{error.state} {error.next_step}\n")
        return error.exit_code if isinstance(error, SetupError) else 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quetzal", description="Run your Pterodactyl game servers from Discord.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"quetzal {version('quetzal')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    commands.add_parser("run", help="the bot, with the settings in .env or the environment").set_defaults(
        command=_run
    )

    demo = commands.add_parser(
        "demo", help="the bot offline, on an embedded panel and Discord: prints one link"
    )
    demo.add_argument("--port", type=int, default=DEMO_PORT, help="of the page (default: %(default)s)")
    demo.set_defaults(command=_demo)

    tour = commands.add_parser("tour", help="the ten steps of a first conversation, as the person sees them")
    tour.add_argument("--strict", action="store_true", help="fail for steps that don't exist yet")
    tour.set_defaults(command=_tour)

    commands.add_parser("doctor", help="check a set-up step by step and say how to fix it").set_defaults(
        command=_doctor
    )

    sandbox = commands.add_parser("sandbox", help="a stand-in of panel and node on this machine")
    sandbox.add_argument("--port", type=int, default=SANDBOX_PORT, help="of the panel (default: %(default)s)")
    sandbox.add_argument("--node-port", type=int, default=0, help="of the node (default: any free one)")
    sandbox.add_argument("--key", help="the account key it accepts (default: made up and printed)")
    sandbox.add_argument(
        "--mode",
        choices=("v1.11", "v1.12", "pelican"),
        default="v1.11",
        help="which panel (default: %(default)s)",
    )
    sandbox.add_argument("--latency-ms", type=float, default=0.0, help="added to each answer")
    sandbox.add_argument("--no-limiter", action="store_true", help="lift the rate limits")
    sandbox.set_defaults(command=_sandbox)

    keys = commands.add_parser("keys", help="the keys that encrypt linked panel keys: new, rotate")
    which = keys.add_subparsers(title="commands", required=True, metavar="COMMAND")
    which.add_parser("new", help="print a new key for QUETZAL_ENCRYPTION_KEYS").set_defaults(command=_new_key)
    which.add_parser(
        "rotate", help="encrypt everything again with the first key; the bot must be stopped"
    ).set_defaults(command=_rotate_keys)

    commands.add_parser(
        "health", help="exit code 0 when the running bot is healthy (for HEALTHCHECK)"
    ).set_defaults(command=_health)
    return parser


def _from_checkout(name: str) -> ModuleType:
    """Import a module of `sandbox` or `demo`, which lie beside `bot` in a checkout and are not installed."""
    package = name.partition(".")[0]
    root = Path(__file__).resolve().parents[1]
    if not (root / package / "__init__.py").is_file():
        raise SetupError(
            f"The {package} isn't part of an installed Quetzal.",
            next_step="Run it from a checkout of the repository: `make demo`, `make tour` or `make sandbox`.",
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module(name)


def _run(_: argparse.Namespace) -> int:
    from bot.app import run
    from bot.core.event_loop import run_bot
    from bot.settings import load_settings

    run_bot(run(load_settings()))
    return 0


def _demo(options: argparse.Namespace) -> int:
    asyncio.run(_from_checkout("demo.main").serve(port=options.port))
    return 0


def _tour(options: argparse.Namespace) -> int:
    exit_code: int = _from_checkout("demo.tour").main(strict=options.strict)
    return exit_code


def _doctor(_: argparse.Namespace) -> int:
    from bot.doctor import examine

    return asyncio.run(examine())


def _sandbox(options: argparse.Namespace) -> int:
    sandbox = _from_checkout("sandbox")
    serving = sandbox.serve(
        port=options.port,
        node_port=options.node_port,
        key=options.key,
        mode=sandbox.Mode(options.mode),
        latency_s=options.latency_ms / 1000,
        limiter=not options.no_limiter,
    )
    try:
        asyncio.run(serving)
    except (OSError, OverflowError) as error:  # a port that is in use, forbidden or invalid
        raise SetupError(
            f"The sandbox can't listen: {error}.",
            state="It did not start.",
            next_step="Choose other ports: --port, --node-port; 0 for any that is free.",
        ) from error
    return 0


def _new_key(_: argparse.Namespace) -> int:
    from bot.cli_keys import new

    new()
    return 0


def _rotate_keys(_: argparse.Namespace) -> int:
    from bot.cli_keys import rotate
    from bot.settings import load_settings

    asyncio.run(rotate(load_settings()))
    return 0


def _health(_: argparse.Namespace) -> int:
    from bot.core.heartbeat import complaint
    from bot.settings import load_settings

    wrong = complaint(load_settings().data_dir, now=time.time())
    sys.stdout.write(f"{wrong or 'The bot is healthy.'}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
