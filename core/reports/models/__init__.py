"""Tables of the filings: rounds with who owes them and who need not, filings with their versions and reviews, reminders, forwardings."""

from core.reports.models.exemptions import Exemption
from core.reports.models.filings import Filing, FilingReview, FilingVersion
from core.reports.models.reminders import Reminder
from core.reports.models.rounds import Expected, Forwarding, ReportRound

__all__ = ["Exemption", "Expected", "Filing", "FilingReview", "FilingVersion", "Forwarding", "Reminder", "ReportRound"]
