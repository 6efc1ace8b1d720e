"""The bench: a volume of any size in a home of its own, and ratios measured in one run. See docs/bench.md."""
