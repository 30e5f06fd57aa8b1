"""The first start of an installation: the one-time address that makes its first administrator, and what is left to set up after that."""
