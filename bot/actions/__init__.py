"""What a person asks for, whole. Knows panel, store and domain; knows nothing of Discord."""
