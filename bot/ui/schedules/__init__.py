"""The panel's schedules: list, show, create, change, run."""
