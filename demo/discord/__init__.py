"""The one package that knows simcord from inside: an in-memory Discord that lives by our clock.

simcord is made for tests: it keeps a time of its own, which stands still, and takes work that goes on after
an answer for a mistake. Here its time is read from a clock of ours and its timers run by that clock, so that
the same simulation serves tests (time stands still) and the demo (time on the wall). That takes private names
of simcord, which is why it is pinned exactly; `tests/demo/test_private_names.py` looks for each of them.
"""
