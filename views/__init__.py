"""Pages: one file per group, plus the transaction edge and the guards."""
