"""Rules, store and dispatcher without Discord: a receiver records the messages."""
