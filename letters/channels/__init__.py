"""How a notice reads on each channel."""
