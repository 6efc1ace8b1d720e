"""How kinds of jobs are called to people. A kind that no word is known for shows as it is written in the log."""

from __future__ import annotations

from core.http.words import said

TITLES = {
    "assessment.compute": "考核结果计算",
    "exchange.read_table": "读取表格",
    "exchange.commit_table": "导入表格",
    "exchange.make_export": "导出表格",
    "exchange.forget": "过期表格清理",
    "orgs.refresh_closure": "组织关系更新",
    "audit.verify": "审计日志校验",
    "oversight.recount": "汇总数字重算",
    "hazards.remind": "隐患时限提醒",
    "notify.digest": "每日消息汇总",
    "files.sweep": "附件清理",
    "identity.prune": "登录记录清理",
    "jobs.tidy": "任务记录清理",
    "requests.prune": "请求记录清理",
    "deliver_event": "变更通知",
    "registers.daily": "台账每日检查",
    "reports.daily": "报送开期和提醒",
    "exams.end_overdue": "考试到时收卷",
    "search.compare": "搜索核对",
    "fire.remind": "消防检测到期提醒",
}
PARTS = {
    "hazards.drafts": "台账规则检查", "reports.open": "报送开期和提醒", "exams.take": "考试目录更新", "inspections.take": "检查表目录更新",
    "plugins": "插件检查", "demo": "演示数据",
}  # fmt: skip
"""What of the system writes into the log without being a job."""


def title_of(kind: str) -> str:
    """In the reader's language."""
    return said(TITLES.get(kind, kind))


def called(actor_name: str) -> str:
    """Who wrote an entry of the log where no person did, in the reader's language."""
    return said(PARTS.get(actor_name) or TITLES.get(actor_name, actor_name))
