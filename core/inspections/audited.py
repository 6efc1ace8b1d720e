"""What the audit log says of inspections, in words.

A concealed visit is written down only when it begins: the log of a school's head must not tell of it earlier.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select

from core.audit.words import named
from core.db.sessions import TenantSession
from core.hooks.meta import Audited
from core.inspections.models import Checklist, Round, Visit


def _rounds(session: TenantSession, ids: frozenset[str]) -> Mapping[str, str]:
    """Titles; of a sealed draw only once it is published: its title may say where it goes."""
    open_now = or_(Round.kind != "blind", Round.state == "revealed")
    rows = session.execute(select(Round.id, Round.title).where(open_now))
    return {str(row.id): row.title for row in rows if str(row.id) in ids}


AUDITED = (
    Audited(
        "inspection_visit", "检查",
        {
            "inspection_visit.planned": "安排检查", "inspection_visit.started": "开始检查", "inspection_visit.answered": "填写检查结果",
            "inspection_visit.photo": "上传检查照片", "inspection_visit.signed": "检查签名", "inspection_visit.reported": "检查发现登记为隐患",
            "inspection_visit.finished": "完成检查", "inspection_visit.cancelled": "取消检查", "inspection_visit.ordered": "出具整改通知书",
        },
        facts={"kind": "类型", "items": "检查项", "no": "编号", "reason": "理由", "role": "身份"},
        endpoint="inspections.visit", argument="visit_id", names=named(Visit.id, Visit.title),
    ),
    Audited(
        "inspection_round", "检查轮次",
        {
            "inspection_round.opened": "安排一轮检查", "inspection_round.sealed": "封存抽取名单", "inspection_round.drawn": "开封抽取",
            "inspection_round.revealed": "公布抽取结果", "inspection_round.cancelled": "作废一轮检查",
        },
        facts={"kind": "类型", "visits": "单位数", "commitment": "承诺值", "reason": "理由"},
        endpoint="inspections.round", argument="round_id", names=_rounds,
    ),
    Audited(
        "inspection_checklist", "检查表",
        {
            "inspection_checklist.drafted": "编辑检查表", "inspection_checklist.published": "发布检查表",
            "inspection_checklist.taken": "采用检查表", "inspection_checklist.retired": "停用检查表",
        },
        facts={"no": "版本"}, endpoint="inspections.checklist", argument="checklist_id", names=named(Checklist.id, Checklist.title),
    ),
)  # fmt: skip
