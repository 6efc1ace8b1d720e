"""Would the pack still be right under every reading a tenant may choose?"""

from __future__ import annotations

from collections.abc import Iterable

from core.kernel.errors import Invalid
from core.tenancy.packs.checks.report import Check, Report
from core.tenancy.packs.faults import Path
from core.tenancy.packs.model import Option, Pack
from core.tenancy.packs.overlay import overlay
from core.tenancy.packs.schema import check_form
from core.tenancy.packs.source import Source


def options(pack: Pack, report: Report, checks: Iterable[Check]) -> None:
    """Tries each option with patches on its own. Only for a pack that is otherwise right."""
    checks = tuple(checks)
    for r, reading in enumerate(pack.readings):
        for o, option in enumerate(reading.options):
            if option.patches:
                _try(pack, option, ("readings", r, "options", o, "patches"), report, checks)


def _try(pack: Pack, option: Option, path: Path, report: Report, checks: tuple[Check, ...]) -> None:
    try:
        content = overlay(pack.to_json(), option.patches)
    except Invalid as error:
        report.fault(path, "no-such-path", str(error), "路径用代码逐级写，例 lifecycle.moves.close.by")
        return
    form = check_form(Source(data=content), Pack)
    trial = Report(Source())
    trial.faults += form.faults
    if not form.faults:
        patched = Pack.from_json(form.data)
        for each in checks:
            each.run(patched, trial)
    for fault in trial.faults[:1]:
        wrong = f"采用“{option.label}”后区域包有误：{fault.at} {fault.wrong}"
        report.fault(path, "option-breaks", wrong, fault.right)
