"""The safe change at its limits, on the real client and a sandbox panel."""
