"""The command line: demo, worker, audit, outbox, users."""
