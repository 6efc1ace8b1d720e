"""The overview of a domain, one implementation for all plugins: what it is about, how many hazards, what the notice asks."""
