"""District packs: what makes one district differ from the next, as checked data. Knows no database and no tenant by name."""
