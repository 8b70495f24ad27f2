"""Checks that copies of backups can be kept where the operator wants them."""

from collections.abc import AsyncIterator

from yarl import URL

from bot.client_configs import copy_target
from bot.copies import CopyTargetError
from bot.core.clock import Clock
from bot.doctor.findings import LOOPBACK, Finding, good, note, wrong
from bot.settings import CopySettings


async def check_copy_target(name: str, settings: CopySettings, now: Clock) -> AsyncIterator[Finding]:
    """Upload a small file as copies are uploaded, read it back and delete it."""
    address = URL(settings.url.replace("{bucket}", "bucket"))
    if address.scheme == "http" and address.host not in LOOPBACK:
        yield note(
            f"{settings.url} isn't encrypted: backups"
            + (" and the password" if settings.kind == "webdav" else "")
            + " can be read on the way.",
            "Use https:// if the target and Quetzal aren't on the same trusted network.",
        )
    target = copy_target(name, settings, now)
    try:
        await target.check()
    except CopyTargetError as error:
        said = f" ({error.detail})" if error.detail else ""
        yield wrong(f"{error.happened.removesuffix('.')}{said}.", error.next_step)
    else:
        yield good(
            f"A file was written to {name}, read back and deleted. It keeps {settings.keep} copies a server."
        )
    finally:
        await target.close()
