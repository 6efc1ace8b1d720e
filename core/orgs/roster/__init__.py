"""Rosters as files: reading them, understanding headers and cells, writing back what is wrong. Knows no database."""
