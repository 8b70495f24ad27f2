"""What can be sent to a console as one command."""

_BREAKS = frozenset("\x7f\x85\u2028\u2029")


def is_one_line(line: str) -> bool:
    """Whether it has no control character: a line break inside would run as a second command.

    Source: docs/reference/servers.md#console-commands.
    """
    return not any(char < " " or char in _BREAKS for char in line)
