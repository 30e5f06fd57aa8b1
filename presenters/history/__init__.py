"""What has happened to a request: in figures, round by round, and outside the rounds."""
