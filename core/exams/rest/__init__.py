"""/api/v1/exams"""

from core.exams.rest import bank, exams, sittings, standing
from core.exams.rest.blueprint import bp

__all__ = ["bank", "bp", "exams", "sittings", "standing"]
