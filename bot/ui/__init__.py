"""Everything that makes or reads a Discord object: one package a feature, and the kit they share."""
