"""Papers: Word files from templates, in the layout of official documents. Knows no feature and no database."""
