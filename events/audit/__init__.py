"""The append-only, hash-chained log of what the office did."""
