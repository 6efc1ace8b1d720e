"""Pages of campaigns: 专项行动, 任务分解, 责任分工, 履职清单, 责任书, 实施方案, 通知文件."""

from core.campaigns.pages import letters, matrix, notice, overview, planning, schemes, tasks
from core.campaigns.pages.blueprint import bp

__all__ = ["bp", "letters", "matrix", "notice", "overview", "planning", "schemes", "tasks"]
