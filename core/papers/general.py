"""Papers that an office writes by hand: circular, reminder, summons to a talk, minutes, listing for supervision. Pure.

What they look like stands in core.papers.layouts; a district may put its own template in the place of each.
"""

from __future__ import annotations

from core.hooks.papers import PaperKind, PaperName
from core.papers import layouts, samples
from core.papers.words import CIRCULAR, LETTER, LISTING, TALK

COMMON = (
    PaperName("issuer", "发文机关", samples.ISSUER),
    PaperName("no", "文号", samples.NO),
    PaperName("recipients", "主送单位", samples.RECIPIENTS),
    PaperName("issued_on", "成文日期", samples.DAY),
    PaperName("title", "标题", samples.TITLE, typed="line"),
)
"""What every paper written by hand has."""
BODY = PaperName("body", "正文", samples.BODY, typed="text")
BASIS = PaperName("basis", "依据", samples.BASIS, typed="line", required=False)


KINDS = (
    PaperKind("papers.circular", "通报", (*COMMON, BODY), layouts.circular, word=CIRCULAR, by_hand=True, order=10),
    PaperKind(
        "papers.reminder", "工作提示函",
        (*COMMON, BODY, PaperName("answer_by", "回复期限", samples.DAY, typed="date")), layouts.reminder, word=LETTER, by_hand=True, order=20,
    ),
    PaperKind(
        "papers.talk", "约谈通知书",
        (*COMMON, BASIS, BODY, PaperName("held_on", "约谈日期", samples.DAY, typed="date"), PaperName("place", "约谈地点", samples.PLACE, typed="line")),
        layouts.talk, word=TALK, by_hand=True, order=30,
    ),
    PaperKind(
        "papers.minutes", "约谈纪要",
        (
            *COMMON, BODY, PaperName("held_on", "约谈日期", samples.DAY, typed="date"), PaperName("place", "约谈地点", samples.PLACE, typed="line"),
            PaperName("promise", "整改承诺", samples.PROMISE, typed="text"),
        ),
        layouts.minutes, word=TALK, by_hand=True, order=40,
    ),
    PaperKind(
        "papers.listing", "重大隐患挂牌督办通知书",
        (*COMMON, BASIS, BODY, PaperName("due_on", "整改期限", samples.DAY, typed="date")), layouts.listing, word=LISTING, by_hand=True, order=50,
    ),
)  # fmt: skip
