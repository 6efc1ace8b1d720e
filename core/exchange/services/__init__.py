"""Writes of the import and export centre: receive, map, read, commit, undo; order and make an export; forget."""
