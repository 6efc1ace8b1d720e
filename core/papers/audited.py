"""What the audit log says of papers and templates, in words."""

from __future__ import annotations

from core.audit.words import named
from core.hooks.meta import Audited
from core.papers.models import Paper

AUDITED = (
    Audited(
        "paper", "公文",
        {"paper.issued": "制发公文", "paper.received": "签收公文", "paper.withdrawn": "作废公文"},
        facts={"no": "文号", "kind": "种类", "units": "单位数", "reason": "理由"},
        endpoint="papers.show", argument="paper_id", names=named(Paper.id, Paper.no),
    ),
    Audited(
        "paper_template", "文书模板",
        {"paper_template.put": "更换文书模板", "paper_template.taken_back": "恢复内置文书模板", "paper_template.word": "设置机关代字"},
        facts={"kind": "种类", "no": "版本", "before": "原来", "word": "机关代字"},
        endpoint="papers.templates",
    ),
)  # fmt: skip
