"""The watch against a sandbox panel."""
