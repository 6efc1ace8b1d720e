"""Search: two characters and more, over whatever features declare searchable, inside one's own data scope."""
