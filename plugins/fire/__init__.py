"""消防: acceptance state of buildings, key places, facilities, patrols and certificates. Knows no other plugin."""
