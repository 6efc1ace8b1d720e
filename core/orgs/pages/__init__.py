"""Pages of the organisation: units, people, rosters."""
