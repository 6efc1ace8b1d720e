"""People, how they prove who they are, their sessions and tokens. Knows nothing of units: posts come in by a port."""
