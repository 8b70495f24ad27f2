"""Half an hour of cuts, expiries and hand-overs: no change of state is missed, and nothing grows."""
