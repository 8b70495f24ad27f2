"""The watch without Discord: rules, store and sender, with paper in place of channels."""
