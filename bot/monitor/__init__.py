"""The watch: sources, observations, rules, outbox. Knows nothing of Discord."""
