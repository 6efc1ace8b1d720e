"""Places and posts: units and how they hang together over time, who holds which post where, roster import."""
