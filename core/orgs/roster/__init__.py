"""Rosters as tables: their columns and what stands in the cells. Knows no database."""
