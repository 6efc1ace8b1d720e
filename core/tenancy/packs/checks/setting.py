"""Settings: known keys, right kinds, reasons where a level sets itself above the others."""

from __future__ import annotations

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.faults import Path, nearest
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.model import Pack, Setting


def settings_in(report: Report, path: Path, settings: tuple[Setting, ...]) -> None:
    """Checks one list of settings, of a pack or of a layer."""
    seen: set[str] = set()
    for index, setting in enumerate(settings):
        here = (*path, index)
        key = KEYS.get(setting.key)
        if key is None:
            report.fault((*here, "key"), "no-such-key", f"没有设置项 {setting.key}", nearest(setting.key, KEYS))
            continue
        if setting.key in seen:
            report.fault((*here, "key"), "code-twice", f"{setting.key} 已设置", "每项只设一次")
        seen.add(setting.key)
        if not key.accepts(setting.value):
            report.fault(
                (*here, "value"), "bad-value", f"{setting.key} 的值类型不对", f"{key.title}：应为 {key.of.__name__}"
            )
        if setting.overrides and not setting.note:
            report.fault(here, "no-reason", f"{setting.key} 覆盖上级规定但没有说明", "在 note 写明依据")
        if key.reads:
            right = "这一项由 lifecycle 得出，改那里"
            report.fault((*here, "key"), "said-elsewhere", f"{setting.key} 不在 settings 里写", right)


@check("settings")
def settings(pack: Pack, report: Report) -> None:
    """The pack's own settings."""
    settings_in(report, ("settings",), pack.settings)


CHECKS = (settings,)
