"""What every matter stands on: database, transaction, clock, errors, text."""
