"""Papers that an office writes by hand: circular, reminder, summons to a talk, minutes, listing for supervision. Pure.

What they look like stands in core.papers.layouts; a district may put its own template in the place of each.
"""

from __future__ import annotations

from datetime import date

from core.hooks.papers import PaperKind, PaperName
from core.papers import layouts

DAY = date(2026, 11, 21)
COMMON = (
    PaperName("issuer", "发文机关", "某某区教育局"),
    PaperName("no", "文号", "某教安〔2026〕1号"),
    PaperName("recipients", "主送单位", "第一中学、第二小学"),
    PaperName("issued_on", "成文日期", DAY),
    PaperName("title", "标题", "关于校园安全工作的通报", typed="line"),
)
"""What every paper written by hand has."""
BODY = PaperName("body", "正文", ["第一段。", "第二段。"], typed="text")
BASIS = PaperName("basis", "依据", "《中小学幼儿园安全管理办法》", typed="line", required=False)


KINDS = (
    PaperKind("papers.circular", "通报", (*COMMON, BODY), layouts.circular, word="教安通", by_hand=True, order=10),
    PaperKind(
        "papers.reminder", "工作提示函",
        (*COMMON, BODY, PaperName("answer_by", "回复期限", DAY, typed="date")), layouts.reminder, word="教安函", by_hand=True, order=20,
    ),
    PaperKind(
        "papers.talk", "约谈通知书",
        (*COMMON, BASIS, BODY, PaperName("held_on", "约谈日期", DAY, typed="date"), PaperName("place", "约谈地点", "教育局三楼会议室", typed="line")),
        layouts.talk, word="教安约", by_hand=True, order=30,
    ),
    PaperKind(
        "papers.minutes", "约谈纪要",
        (
            *COMMON, BODY, PaperName("held_on", "约谈日期", DAY, typed="date"), PaperName("place", "约谈地点", "教育局三楼会议室", typed="line"),
            PaperName("promise", "整改承诺", ["按期完成整改。"], typed="text"),
        ),
        layouts.minutes, word="教安约", by_hand=True, order=40,
    ),
    PaperKind(
        "papers.listing", "重大隐患挂牌督办通知书",
        (*COMMON, BASIS, BODY, PaperName("due_on", "整改期限", DAY, typed="date")), layouts.listing, word="教安督", by_hand=True, order=50,
    ),
)  # fmt: skip
