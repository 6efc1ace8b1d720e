"""The built-in templates of papers written by hand: GB/T 9704, the usual sentences. In Chinese, as they are served. Pure."""

from __future__ import annotations

from core.documents.official import Official


def circular() -> bytes:
    paper = _begun()
    _paragraphs(paper)
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    return paper.template()


def reminder() -> bytes:
    paper = _begun()
    _paragraphs(paper)
    paper.text("请在{{ answer_by|document_date }}前将办理情况书面回复。")
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    return paper.template()


def talk() -> bytes:
    paper = _begun()
    paper.text("{% if basis %}依据{{ basis }}，{% endif %}现就下列事项对你单位进行约谈：")
    _paragraphs(paper)
    paper.text("请你单位主要负责人于{{ held_on|document_date }}到{{ place }}参加约谈，并携带书面说明和整改措施。")
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    return paper.template()


def minutes() -> bytes:
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


def listing() -> bytes:
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
