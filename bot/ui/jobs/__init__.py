"""Restarts, idle stops and bulk actions: asked for, shown while they go on, aborted."""
