"""The append-only, hash-chained log of who did what. Knows no feature: an action is a word, an object a kind and an id."""
