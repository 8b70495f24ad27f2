"""Starts the built image as compose.yaml would: no root, a read-only root file system, SIGTERM at the end."""

import asyncio
import shlex
import signal
import sys

from sandbox import RealClock, Sandbox
from tests.container.image import Image
from tests.support.discord_standin import GUILD_ID, TOKEN, DiscordStandin

PATIENCE_S = 60.0
HEALTHY_WITHIN_TRIES = 40


def try_image(image: Image) -> int:
    """Run it between a stand-in Discord and a sandbox panel; print each check; 1 when one fails."""
    return asyncio.run(_try(image))


async def _try(image: Image) -> int:
    async with DiscordStandin() as discord, Sandbox(clock=RealClock()) as panel:
        panel.world.add_server(name="Survival", state="running")
        settings = {
            "QUETZAL_DISCORD_TOKEN": TOKEN,
            "QUETZAL_DISCORD_API_URL": discord.url,
            "QUETZAL_PANEL_URL": panel.panel_url,
            "QUETZAL_PANEL_KEY": panel.world.key_of("owner"),
            "QUETZAL_GUILDS": f"{GUILD_ID}=all",
        }
        outside = await _run(image, settings, ["sh", "-c", "touch /probe /opt/quetzal/probe; id -u"])
        no_settings = await _run(image, {}, [*image.entrypoint, *image.command])
        process = await _start(image, settings, [*image.entrypoint, *image.command])
        try:
            await discord.until(lambda: discord.identified == 1)
        except TimeoutError:
            if process.returncode is None:
                process.kill()
            sys.exit((await process.communicate())[0].decode())
        healthy = await _healthy(image, settings)
        listed = await discord.slash("server", "list")
        process.send_signal(getattr(signal, image.stop_signal))
        written, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
        after = await _run(image, settings, image.healthcheck)
    checks = {
        "it is not root": "10001" in outside[1],
        "its root file system is read-only": outside[1].count("Read-only file system") == 2,
        "without settings it says which are missing": no_settings[0] != 0
        and "QUETZAL_DISCORD_TOKEN" in no_settings[1],
        "its HEALTHCHECK is well while it runs": healthy,
        "it answers a command": "Survival" in str(listed),
        f"{image.stop_signal} ends it with exit code 0": process.returncode == 0,
        "its HEALTHCHECK is not well afterwards": after[0] != 0,
    }
    for check, passed in checks.items():
        sys.stdout.write(f"{'✔' if passed else '✘'} {check}\n")
    if not all(checks.values()):
        sys.stdout.write(written.decode())
    sys.stdout.write(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed\n")
    return int(not all(checks.values()))


async def _healthy(image: Image, settings: dict[str, str]) -> bool:
    for _ in range(HEALTHY_WITHIN_TRIES):  # each try is a process of its own, which takes long enough
        code, _ = await _run(image, settings, image.healthcheck)
        if code == 0:
            return True
    return False


async def _run(image: Image, settings: dict[str, str], command: list[str]) -> tuple[int | None, str]:
    process = await _start(image, settings, command)
    written, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    return process.returncode, written.decode()


async def _start(image: Image, settings: dict[str, str], command: list[str]) -> asyncio.subprocess.Process:
    """Start a command in a mount namespace of its own, in which only the volumes and /tmp can be written."""
    root = shlex.quote(str(image.root))
    mounts = [f"mount --bind {root} {root}", f"mount -o remount,bind,ro {root}"]
    mounts += [f"mount --bind {root}{volume} {root}{volume}" for volume in image.volumes]
    mounts += [f"mount -o remount,bind,rw {root}{volume}" for volume in image.volumes]
    mounts += [f"mount -t tmpfs tmpfs {root}/tmp", f"mount --rbind /dev {root}/dev"]
    enter = (
        f"exec /usr/sbin/chroot --userspec={image.user} {root} sh -c 'cd {image.workdir} && exec \"$@\"' sh"
    )
    script = " && ".join([*mounts, f'{enter} "$@"'])
    return await asyncio.create_subprocess_exec(
        "unshare", "--mount", "sh", "-c", script, "sh", *command,
        env={**image.environment(), **settings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
