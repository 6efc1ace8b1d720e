"""Reads of the import and export centre: batches and their rows, exports and how far they are."""
