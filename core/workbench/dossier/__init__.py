"""迎检: what an inspection asks to see for a campaign and a span of days, what is missing first; with its cover and index."""
