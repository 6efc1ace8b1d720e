"""Base classes, engines, scoped sessions and row-level security. Knows no feature."""
