"""Whether the demo's history has been played to its end, and beginning anew where it was broken off."""
