"""Ground floor: clock, ids, errors, events, ports, calendar. Imports no framework and no other floor."""
