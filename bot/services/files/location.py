"""Find which file or folder a typed path means."""

from bot.domain.typed_paths import names_folder, new_path, readings
from bot.services.access import Permit
from bot.services.files.stat import find_entry


async def locate(permit: Permit, typed: str) -> str:
    """Give the path that is meant: as typed where that exists, else the first reading of it that does.

    Where none exists, it is what a new file would be called. Most paths have one reading only and cost no
    look. Raises BadInput for one that cannot be a path, and what the look raises.
    """
    paths = readings(typed)
    if len(paths) == 1:
        return paths[0]
    for path in paths:
        if path == "/" or await find_entry(permit, path) is not None:
            return path
    return new_path(typed)


async def locate_target(permit: Permit, typed: str) -> str:
    """Give the path as `locate` does, with a slash at its end where the person wrote one to mean a folder."""
    path = await locate(permit, typed)
    return f"{path}/" if path != "/" and names_folder(typed) else path
