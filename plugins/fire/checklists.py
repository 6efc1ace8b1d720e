"""防火检查: what a unit looks at once a month, after 机关、团体、企业、事业单位消防安全管理规定（公安部令第61号）第二十六条."""

from __future__ import annotations

from core.sdk.hooks import ChecklistOffer, ChecklistPoint

LAW = "公安部令第61号第二十六条"


def _point(
    code: str, content: str, category: str, standard: str = "", *, photo: bool = False, grade: str = ""
) -> ChecklistPoint:
    return ChecklistPoint(
        code, content, standard, law=LAW, category=f"fire.{category}", photo_on_fail=photo, grade=grade
    )


CHECKLISTS = (
    ChecklistOffer(
        code="monthly",
        title="单位防火检查表",
        basis="机关、团体、企业、事业单位消防安全管理规定",
        items=(
            _point("rectified", "火灾隐患的整改情况以及防范措施的落实情况", "rules"),
            _point("exits", "安全疏散通道、疏散指示标志、应急照明和安全出口情况", "passage", "畅通、完好", photo=True, grade="major"),
            _point("lane", "消防车通道、消防水源情况", "passage", "无占用，水压正常", photo=True),
            _point("equipment", "灭火器材配置及有效情况", "facility", "压力正常，在有效期内", photo=True),
            _point("power", "用火、用电有无违章情况", "electric", "无违章", photo=True),
            _point("staff", "重点工种人员以及其他员工消防知识的掌握情况", "education"),
            _point("places", "消防安全重点部位的管理情况", "key_place", photo=True),
            _point("goods", "易燃易爆危险物品和场所防火防爆措施的落实情况", "dangerous_goods", photo=True, grade="major"),
            _point("control", "消防（控制室）值班情况和设施运行、记录情况", "duty", "两人持证值班，记录连续"),
            _point("patrol", "防火巡查情况", "patrol", "有记录、有签名"),
            _point("signs", "消防安全标志的设置情况和完好、有效情况", "facility", photo=True),
        ),
    ),
)  # fmt: skip
