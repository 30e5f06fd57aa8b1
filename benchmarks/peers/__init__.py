"""Other programs that give the same feed, as one would set them up in a dozen lines."""
