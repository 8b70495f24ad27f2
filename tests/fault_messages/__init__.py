"""What a person reads when backups and databases fail, made into a page; a test keeps the page true."""
