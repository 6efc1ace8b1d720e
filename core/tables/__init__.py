"""表格: reading what people send as spreadsheets and writing what they take away. Knows no database and no web framework."""
