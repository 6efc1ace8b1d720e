"""报送: what each unit files in each period, how it goes upwards, who is missing. Knows no plugin and no district."""
