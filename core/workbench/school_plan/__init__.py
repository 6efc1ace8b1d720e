"""一校一策: what is wrong at one school today, from the facts: open hazards, failed items, what is overdue, what runs out."""
