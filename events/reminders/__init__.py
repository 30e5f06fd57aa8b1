"""Who should be told what, and when."""
