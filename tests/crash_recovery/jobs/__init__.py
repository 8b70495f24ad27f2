"""Kill the real bot in the middle of its jobs: each is resumed or settled, and nothing is done twice."""
