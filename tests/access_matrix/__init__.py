"""Who may do what, proven on every command and every button there is."""
