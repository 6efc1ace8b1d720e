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
}


def title_of(kind: str) -> str:
    """In the reader's language."""
    return said(TITLES.get(kind, kind))
