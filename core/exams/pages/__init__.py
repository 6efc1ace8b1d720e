"""Pages of exams: /exams."""

from core.exams.pages import bank, running, sitting, standing
from core.exams.pages.blueprint import bp

__all__ = ["bank", "bp", "running", "sitting", "standing"]
