"""Routes, rounds, reviews, remarks and decisions."""
