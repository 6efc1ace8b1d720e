"""Every plugin of this installation as one tenant sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.hooks.manager import Plugins
from core.kernel.errors import NotFound
from core.tenancy.packs.model import Domain, Pack
from core.tenancy.switches import Switch

ON, OFF, PLANNED, ENDED, QUARANTINED, MISSING = "on", "off", "planned", "ended", "quarantined", "missing"
MENDS: dict[str, str] = {
    "import": "由供应方修复后重新安装并重启服务",
    "META": "安装与本平台版本相容的插件，再重启服务",
    "migration": "由供应方修复后重新安装，运行 xiaoan db migrate，再重启服务",
}
"""How a plugin that is kept out of the installation gets in again, by the moment it failed; otherwise as for ``import``."""
MEND_HERE = "供应方修复前停用即可；修复后在本页解除隔离，新版本自动解除"
MEND_MISSING = "插件没有安装，数据仍在；重新安装并重启服务后照常使用"


@dataclass(frozen=True)
class PluginCard:
    """``state``: on | off (never switched) | planned | ended | quarantined | missing. ``row_version`` 0: never switched."""

    slug: str
    title: str
    summary: str
    icon: str
    version: str
    core_range: str
    state: str
    on_from: date | None
    on_until: date | None
    stages: tuple[str, ...]
    variant: str | None
    variants: tuple[str, ...]
    needs: tuple[str, ...]
    offers: tuple[str, ...]
    categories: int
    fault: str
    """Why it is quarantined."""
    in_notice: bool
    """Whether the district's pack names it."""
    row_version: int
    moment: str = ""
    """Where it failed: import, META, hooks, migration, or the hook that raised."""
    since: datetime | None = None
    """Aware; since when it is kept out."""
    mend: str = ""
    """How it gets in again."""
    here: bool = False
    """It is kept out of this tenant only and can be let in here."""


def plugin_cards(
    plugins: Plugins, switches: Mapping[str, Switch], pack: Pack | None, *, today: date
) -> tuple[PluginCard, ...]:
    """In the order of the pack, then of the alphabet; those kept out and those not installed any more last. No query."""
    named = {domain.code: domain for domain in pack.domains if domain.plugin} if pack else {}
    order = [slug for slug in named if slug in plugins.metas]
    order += sorted(slug for slug in plugins.metas if slug not in named)
    running = [
        _card(slug, plugins, switches.get(slug), named.get(slug), today)
        for slug in order
        if slug not in plugins.quarantined
    ]
    out = (_quarantined(slug, plugins, switches.get(slug)) for slug in sorted(plugins.quarantined))
    there = plugins.metas.keys() | plugins.quarantined.keys()
    return (*running, *out, *(missing_card(slug, switches[slug]) for slug in sorted(switches.keys() - there)))


def missing_card(slug: str, switch: Switch | None = None, *, title: str = "", version: str = "") -> PluginCard:
    """One that was here and is not installed any more."""
    return PluginCard(
        slug=slug, title=title or slug, summary="", icon="puzzle", version=version, core_range="", state=MISSING,
        on_from=switch.on_from if switch else None, on_until=switch.on_until if switch else None, stages=(),
        variant=switch.variant if switch else None, variants=(), needs=(), offers=(), categories=0, fault="",
        in_notice=False, row_version=switch.version if switch else 0, mend=MEND_MISSING,
    )  # fmt: skip


def plugin_card(
    plugins: Plugins, switches: Mapping[str, Switch], pack: Pack | None, *, today: date, slug: str
) -> PluginCard:
    """Raises NotFound."""
    found = next((card for card in plugin_cards(plugins, switches, pack, today=today) if card.slug == slug), None)
    if found is None:
        raise NotFound()
    return found


def _card(slug: str, plugins: Plugins, switch: Switch | None, domain: Domain | None, today: date) -> PluginCard:
    meta = plugins.metas[slug]
    fault = switch.fault if switch and switch.kept_out(meta.version) else None
    return PluginCard(
        slug=slug, title=domain.label if domain else meta.title, summary=meta.summary, icon=meta.icon, version=meta.version,
        core_range=meta.core_range, state=QUARANTINED if fault and switch and switch.on(today) else _state(switch, today),
        on_from=switch.on_from if switch else None,
        on_until=switch.on_until if switch else None, stages=tuple(sorted(switch.stages or ())) if switch else (),
        variant=switch.variant if switch else None, variants=meta.variants, needs=meta.needs, offers=meta.offers,
        categories=len(domain.categories) if domain else len(meta.categories), in_notice=domain is not None,
        row_version=switch.version if switch else 0, fault=fault.fault if fault else "",
        moment=fault.moment if fault else "", since=fault.since if fault else None, mend=MEND_HERE if fault else "",
        here=fault is not None,
    )  # fmt: skip


def _quarantined(slug: str, plugins: Plugins, switch: Switch | None) -> PluginCard:
    meta, out = plugins.metas.get(slug), plugins.quarantined[slug]
    return PluginCard(
        slug=slug, title=meta.title if meta else slug, summary=meta.summary if meta else "", icon=meta.icon if meta else "puzzle",
        version=meta.version if meta else "", core_range=meta.core_range if meta else "", state=QUARANTINED,
        on_from=switch.on_from if switch else None, on_until=switch.on_until if switch else None, stages=(),
        variant=switch.variant if switch else None, variants=(), needs=(), offers=(), categories=0,
        fault=out.fault, in_notice=False, row_version=switch.version if switch else 0, moment=out.moment,
        since=out.since, mend=MENDS.get(out.moment, MENDS["import"]),
    )  # fmt: skip


def _state(switch: Switch | None, today: date) -> str:
    if switch is None:
        return OFF
    if switch.on(today):
        return ON
    return PLANNED if switch.on_from > today else ENDED
