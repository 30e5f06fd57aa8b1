"""Words for outbox rows."""
