"""What a district adds to its pack's campaigns: states of tasks, tasks of its own, confirmed gates, letters, schemes."""

from core.campaigns.models.gates import GateConfirmation
from core.campaigns.models.letters import Letter, LetterSignature
from core.campaigns.models.schemes import Scheme
from core.campaigns.models.tasks import LocalTask, TaskAssignment, TaskState

__all__ = ["GateConfirmation", "Letter", "LetterSignature", "LocalTask", "Scheme", "TaskAssignment", "TaskState"]
