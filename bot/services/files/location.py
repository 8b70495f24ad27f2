"""Finds which file or folder a typed path means."""

from bot.domain.typed_paths import names_folder, new_path, readings
from bot.services.access import Permit
from bot.services.files.stat import find_entry


async def locate(permit: Permit, typed: str) -> str:
    """Return the path that is meant: as typed if it exists, else its first interpretation that does.

    If none exists, it is the path of a new file. Most paths have only one interpretation and need no request.
    Raises BadInput for text that can't be a path, and the panel's errors.
    """
    paths = readings(typed)
    if len(paths) == 1:
        return paths[0]
    for path in paths:
        if path == "/" or await find_entry(permit, path) is not None:
            return path
    return new_path(typed)


async def locate_target(permit: Permit, typed: str) -> str:
    """Return the path as `locate` does, with a slash at its end where the person typed one."""
    path = await locate(permit, typed)
    return f"{path}/" if path != "/" and names_folder(typed) else path
