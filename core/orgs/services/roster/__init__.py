"""Roster imports: receive and preview, commit the good rows, undo a batch."""

from core.orgs.services.roster.commit import commit_rows, order_commit
from core.orgs.services.roster.receive import import_units, receive_roster
from core.orgs.services.roster.undo import forget_rows, undo_batch

__all__ = ["commit_rows", "forget_rows", "import_units", "order_commit", "receive_roster", "undo_batch"]
