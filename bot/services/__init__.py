"""What a person asks for, whole: one package a feature. Knows panel, storage and domain; knows no Discord."""
