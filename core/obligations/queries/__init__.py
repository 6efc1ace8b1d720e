"""What falls due, for whom, and how it stands. The seam for others: docs/obligations.md."""

from core.obligations.queries.careful import missing_sources
from core.obligations.queries.ground import Asked, calendar_of, expected_in, pack_duties
from core.obligations.queries.rows import due_rows, stream_rows
from core.obligations.queries.shapes import DueRow, DueSum, Tally
from core.obligations.queries.sums import clause_tallies, due_sums, duty_tallies, unit_tallies

__all__ = [
    "Asked", "DueRow", "DueSum", "Tally", "calendar_of", "clause_tallies", "due_rows", "due_sums", "duty_tallies",
    "expected_in", "missing_sources", "pack_duties", "stream_rows", "unit_tallies",
]  # fmt: skip
