"""Form receipts: the same form sent twice has one effect, and the second answer shows the result (I16)."""
