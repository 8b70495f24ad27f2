"""Everything of Quetzal that is not a feature."""
