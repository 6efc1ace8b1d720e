"""Topics: each is offered on something, and under a code of its own."""

from __future__ import annotations

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.model import Pack


@check("topics", "domains")
def topics(pack: Pack, report: Report) -> None:
    """A domain is a topic already, by the district's own label."""
    report.codes(("topics",), pack.topics)
    domains = {own.code for own in pack.domains}
    for index, own in enumerate(pack.topics):
        path = ("topics", index)
        if not own.activities:
            report.fault(
                (*path, "activities"),
                "on-nothing",
                f"主题 {own.label} 没有写明用在哪种记录上",
                "例如 activities: [safety_lesson]",
            )
        if own.code in domains:
            report.fault(
                (*path, "code"), "code-twice", f"{own.code} 已是领域，领域本身就是主题", "换一个代码，或删去这一条"
            )


CHECKS = (topics,)
