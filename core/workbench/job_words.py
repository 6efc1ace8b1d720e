"""How kinds of jobs are called to people. A kind that no word is known for shows as it is written in the log."""

from __future__ import annotations

from flask_babel import gettext as _


def title_of(kind: str) -> str:
    words: dict[str, str] = {
        "orgs.import_roster": _("名册导入"),
        "orgs.undo_roster": _("撤销名册导入"),
        "orgs.rebuild_closure": _("组织关系更新"),
        "audit.verify": _("审计日志校验"),
        "audit.publish": _("审计链头公布"),
        "oversight.recount": _("汇总数字重算"),
        "oversight.note_reads": _("上级查看留痕"),
        "hazards.remind": _("隐患时限提醒"),
        "hazards.export": _("隐患台账导出"),
        "notify.digest": _("每日消息汇总"),
        "events.deliver": _("变更通知"),
    }
    return words.get(kind, kind)
