"""实验室与危化品: stores, double keeping, waste. Knows no other plugin."""
