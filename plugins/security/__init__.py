"""治安防范: guards, technical protection, gate and surroundings. Knows no other plugin."""
