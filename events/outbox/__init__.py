"""Messages to people, kept as rows until delivered."""
