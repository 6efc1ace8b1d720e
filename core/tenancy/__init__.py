"""Tenants and bureaus, their packs and plugin switches, and the scope in which everything else works."""
