"""The ledger as a table: what goes out, what comes in from old ledgers. Knows no web framework."""
