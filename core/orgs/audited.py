"""What the audit log says of units and posts, in words."""

from __future__ import annotations

from core.audit.words import named
from core.hooks.meta import Audited
from core.orgs.models import OrgUnit

AUDITED = (
    Audited(
        "org_unit", "单位",
        {
            "unit.created": "新增单位", "unit.renamed": "单位更名", "unit.updated": "修改单位", "unit.moved": "调整隶属", "unit.supervised": "调整监管关系",
            "unit.closed": "撤销单位",
        },
        facts={
            "code": "代码", "name": "名称", "changes": "改动", "on": "日期", "last_day": "最后一天", "posts_ended": "免去的岗位",
        },
        endpoint="units.show", argument="unit_id", names=named(OrgUnit.id, OrgUnit.name),
    ),
    Audited(
        "person", "用户", {"post.appointed": "任命", "post.changed": "调整任职", "post.dismissed": "免去岗位"},
        facts={"unit": "单位", "title": "岗位", "from": "自", "to": "至", "changes": "改动", "last_day": "最后一天"},
        endpoint="people.show", argument="person_id",
    ),
)  # fmt: skip
