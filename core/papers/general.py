"""Papers that an office writes by hand: circular, reminder, summons to a talk, minutes, listing for supervision. Pure.

In Chinese, as they are served; the layout is GB/T 9704, the sentences the usual ones, and a district may put its own template
in the place of each.
"""

from __future__ import annotations

from datetime import date

from core.documents.official import Official
from core.hooks.papers import PaperKind, PaperName

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


def _circular() -> bytes:
    paper = _begun()
    _paragraphs(paper)
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    return paper.template()


def _reminder() -> bytes:
    paper = _begun()
    _paragraphs(paper)
    paper.text("请在{{ answer_by|document_date }}前将办理情况书面回复。")
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    return paper.template()


def _talk() -> bytes:
    paper = _begun()
    paper.text("{% if basis %}依据{{ basis }}，{% endif %}现就下列事项对你单位进行约谈：")
    _paragraphs(paper)
    paper.text("请你单位主要负责人于{{ held_on|document_date }}到{{ place }}参加约谈，并携带书面说明和整改措施。")
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    return paper.template()


def _minutes() -> bytes:
    paper = _begun()
    paper.heading("一、约谈时间和地点")
    paper.text("{{ held_on|document_date }}，{{ place }}")
    paper.heading("二、约谈内容")
    _paragraphs(paper)
    paper.heading("三、整改承诺")
    paper.control("{%p for line in promise %}")
    paper.text("{{ line }}")
    paper.control("{%p endfor %}")
    paper.text("约谈人（签字）：　　　　　　　　被约谈单位负责人（签字）：")
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    return paper.template()


def _listing() -> bytes:
    paper = _begun()
    paper.text("{% if basis %}依据{{ basis }}，{% endif %}决定对下列重大事故隐患挂牌督办：")
    paper.heading("一、督办事项")
    _paragraphs(paper)
    paper.heading("二、督办要求")
    paper.text("（一）整改期限：{{ due_on|document_date }}前完成整改。")
    paper.text("（二）落实整改责任、措施、资金、时限和预案；整改期间落实防范措施，不能保证安全的停止使用。")
    paper.text("（三）每季度报送整改进展；不能按期完成的，期满前书面申请延期；完成后书面申请验收。")
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    return paper.template()


def _begun() -> Official:
    paper = Official()
    paper.head("{{ issuer }}", "{{ no }}")
    paper.title("{{ title }}")
    paper.addressee("{{ recipients }}：")
    return paper


def _paragraphs(paper: Official) -> None:
    paper.control("{%p for line in body %}")
    paper.text("{{ line }}")
    paper.control("{%p endfor %}")


KINDS = (
    PaperKind("papers.circular", "通报", (*COMMON, BODY), _circular, word="教安通", by_hand=True, order=10),
    PaperKind(
        "papers.reminder", "工作提示函",
        (*COMMON, BODY, PaperName("answer_by", "回复期限", DAY, typed="date")), _reminder, word="教安函", by_hand=True, order=20,
    ),
    PaperKind(
        "papers.talk", "约谈通知书",
        (*COMMON, BASIS, BODY, PaperName("held_on", "约谈日期", DAY, typed="date"), PaperName("place", "约谈地点", "教育局三楼会议室", typed="line")),
        _talk, word="教安约", by_hand=True, order=30,
    ),
    PaperKind(
        "papers.minutes", "约谈纪要",
        (
            *COMMON, BODY, PaperName("held_on", "约谈日期", DAY, typed="date"), PaperName("place", "约谈地点", "教育局三楼会议室", typed="line"),
            PaperName("promise", "整改承诺", ["按期完成整改。"], typed="text"),
        ),
        _minutes, word="教安约", by_hand=True, order=40,
    ),
    PaperKind(
        "papers.listing", "重大隐患挂牌督办通知书",
        (*COMMON, BASIS, BODY, PaperName("due_on", "整改期限", DAY, typed="date")), _listing, word="教安督", by_hand=True, order=50,
    ),
)  # fmt: skip
