"""Records as tables: imported, exported."""
