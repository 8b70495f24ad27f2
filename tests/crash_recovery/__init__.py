"""Kill the real bot at random moments and at named points: no alert may be lost or sent twice."""
