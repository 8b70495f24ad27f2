"""Whether copies can be kept at a target, found out by keeping one."""

import secrets

from bot.copies import errors
from bot.copies.target import CopyTarget


async def check_by_trying(target: CopyTarget) -> None:
    """Upload a small file as copies are uploaded, read it back, and delete it."""
    key, content = f"quetzal-check-{secrets.token_hex(8)}", secrets.token_bytes(64)
    upload_id = await target.begin(key)
    try:
        receipt = await target.put_part(key, upload_id, 1, content)
        await target.complete(key, upload_id, {1: receipt})
    except errors.CopyTargetError:
        await _abort_quietly(target, key, upload_id)
        raise
    try:
        async with target.read(key) as chunks:
            came = b"".join([chunk async for chunk in chunks])
        if came != content:
            raise errors.AnswerNotUnderstood(target.name, detail=f"{len(came)} other bytes were read back")
    finally:
        await target.delete(key)
    if await target.size(key) is not None:
        raise errors.PermissionLacking(target.name, detail="what was deleted is still there")


async def _abort_quietly(target: CopyTarget, key: str, upload_id: str) -> None:
    try:
        await target.abort(key, upload_id)
    except errors.CopyTargetError:
        return  # the first error says why
