"""The contract: recorded answers replayed against the sandbox, and scenarios run against any panel.

`stories/` says in which state and order the recordings of `tests/recordings` were made. A story is replayed
in a sandbox of its own: recordings are sent over real sockets, and the answers are compared with the recorded
ones (`shape` for keys and types, `answers` for the rest, `frames` for websockets). What cannot be replayed is
in `not_reproducible` with the reason. `scenarios/` need a panel, a key and a server:
`python -m tests.contract`.
"""
