"""REST of oversight: the district's dashboard, its consents, the summary for bureaus."""
