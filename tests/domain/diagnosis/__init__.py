"""Causes of a process's end, each with a small excerpt of a console."""
