"""The connection to Discord, as the self-check sees it."""


class Connected:
    """A connection to Discord that lives."""

    is_connected = True
