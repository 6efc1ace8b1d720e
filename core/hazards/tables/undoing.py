"""What taking an old ledger back means in this district, in words. Reads and writes nothing."""

from __future__ import annotations

from core.hooks.tables import Undoing
from core.kernel.phrases import Phrase
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Canonical


def undoing(pack: Pack, cases: int, past: int) -> Undoing:
    """Cases are numbered and logged, so they are struck out and stay; entries of 历史台账 go.

    ``cases``, ``past``: how many of each the batch brought; both 0: it is not imported yet."""
    stage = next((stage for stage in pack.lifecycle.stages if stage.canonical is Canonical.CANCELLED), None)
    if stage is None and (cases or not past):
        return Undoing(
            barred="本区的办理流程没有撤去隐患的阶段：表中未销号的行导入后成为正式隐患，不能再整批撤销，只能逐条办理。请核对无误再导入。"
            if not cases
            else "本区的办理流程没有撤去隐患的阶段：这一批已成为正式隐患，只能逐条办理。"
        )
    if stage is None:
        return Undoing(
            Phrase("撤销后，历史台账中这一批的%(past)s条被删除。确定撤销？", past=past),
            Phrase("已撤销：历史台账中的%(past)s条已删除。", past=past),
        )
    return Undoing(
        Phrase(
            "撤销后，历史台账中这一批的%(past)s条被删除；隐患台账中的%(cases)s条不删除，转为“%(stage)s”，编号和办理记录保留。确定撤销？",
            past=past, cases=cases, stage=stage.label,
        ),
        Phrase(
            "已撤销：历史台账中的%(past)s条已删除，隐患台账中的%(cases)s条已转为“%(stage)s”，编号和办理记录保留。",
            past=past, cases=cases, stage=stage.label,
        ),
    )  # fmt: skip
