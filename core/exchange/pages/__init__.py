"""Pages of the import and export centre: /imports and /exports."""
