"""防溺水: education, training, waters. Knows no other plugin."""
