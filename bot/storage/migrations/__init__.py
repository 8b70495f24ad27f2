"""The steps from one schema to the next. Each is tried up, down and on data in `tests/storage`."""
