"""Roster imports: what the import centre asks of units and people — check, commit, undo."""

from core.orgs.services.roster.kinds import PersonRoster, UnitRoster

__all__ = ["PersonRoster", "UnitRoster"]
