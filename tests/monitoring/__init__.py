"""The monitor on a sandbox panel."""
