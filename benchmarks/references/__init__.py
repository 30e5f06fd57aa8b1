"""What is served for comparison. Another build serves these too: the folder stands on its path, and nothing here knows the benchmarks."""
