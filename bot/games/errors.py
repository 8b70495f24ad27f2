"""What goes wrong with a query. `query()` turns all of it into None."""


class BadAnswer(Exception):
    """The game answered what its protocol does not allow, or more than is read."""
