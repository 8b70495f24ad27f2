"""Names of files at a target. Pure."""


def checked_key(prefix: str, key: str) -> str:
    """Put the operator's prefix in front; raises ValueError for what a service may take for another place."""
    whole = f"{prefix.strip('/')}/{key}".lstrip("/")
    if any(segment in {"", ".", ".."} for segment in whole.split("/")) or not whole.isprintable():
        raise ValueError(f"no key for a copy: {key!r}")
    return whole
