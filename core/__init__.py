"""The shared core of Xiaoan: tenants, people and the life of every hazard. Knows no plugin and no tenant by name."""
