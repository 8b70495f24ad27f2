"""The migrations. `tests/storage` runs each up and down, and on stored data."""
