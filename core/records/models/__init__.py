"""Tables of the records."""

from core.records.models.drills import Drill, DrillFinding
from core.records.models.duty import DutyShift
from core.records.models.incidents import Incident, IncidentReport
from core.records.models.plans import EmergencyPlan, EmergencyPlanVersion
from core.records.models.records import Record, RecordVersion

__all__ = [
    "Drill",
    "DrillFinding",
    "DutyShift",
    "EmergencyPlan",
    "EmergencyPlanVersion",
    "Incident",
    "IncidentReport",
    "Record",
    "RecordVersion",
]
