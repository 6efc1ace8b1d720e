"""工作台: what a person has to do today, put together from every feature. Knows none of them by name."""
