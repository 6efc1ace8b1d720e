"""历史台账: what old ledgers tell of hazards that were closed before this system. Read only, counted nowhere as closed here."""
