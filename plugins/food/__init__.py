"""食品安全: canteen, purchase, samples, drinking water. Knows no other plugin."""
