"""How kinds of jobs are called to people. A kind that no word is known for shows as it is written in the log."""

from __future__ import annotations

from flask_babel import gettext as _


def title_of(kind: str) -> str:
    words: dict[str, str] = {
        "orgs.commit_roster": _("名册导入"),
        "orgs.refresh_closure": _("组织关系更新"),
        "audit.verify": _("审计日志校验"),
        "oversight.recount": _("汇总数字重算"),
        "hazards.remind": _("隐患时限提醒"),
        "notify.digest": _("每日消息汇总"),
        "files.sweep": _("附件清理"),
        "identity.prune": _("登录记录清理"),
        "jobs.tidy": _("任务记录清理"),
        "requests.prune": _("请求记录清理"),
        "deliver_event": _("变更通知"),
    }
    return words.get(kind, kind)
