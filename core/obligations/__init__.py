"""Obligations (义务): what falls due, for whom, why, and how it stands by the facts that count for it."""
