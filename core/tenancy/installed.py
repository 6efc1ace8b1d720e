"""Compares the plugins of this process with what the last start and the last migration left behind about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from core.db.plugin_chains import MOMENT, Chain
from core.hooks.manager import Plugins
from core.kernel.phrases import Phrase
from core.tenancy.directory import InstalledState


def keep_out_unmigrated(plugins: Plugins, known: Mapping[str, InstalledState], chains: Iterable[Chain]) -> None:
    """A plugin whose own migrations failed or are still to come has no tables to serve from."""
    for chain in chains:
        state = known.get(chain.slug)
        if chain.slug in plugins.quarantined:
            continue
        if state is not None and state.moment == MOMENT:
            plugins.quarantine(chain.slug, state.fault, moment=MOMENT, since=state.since)
            continue
        try:
            head = chain.head()
        except Exception as fault:  # noqa: BLE001  whatever a plugin does wrong stops only itself
            plugins.quarantine(chain.slug, fault, moment=MOMENT)
            continue
        if head != (state.revision if state else None):
            plugins.quarantine(chain.slug, Phrase("数据表还没有建立，先运行 xiaoan db migrate"), moment=MOMENT)


def states_now(plugins: Plugins, known: Mapping[str, InstalledState], *, now: datetime) -> list[InstalledState]:
    """Of every plugin found, in order. Side effect: each that is kept out learns since when, which a restart does not change."""
    states = []
    for slug in sorted({*plugins.metas, *plugins.quarantined}):
        old, meta, out = known.get(slug), plugins.metas.get(slug), plugins.quarantined.get(slug)
        moment, fault, since = "", "", None
        if out is not None:
            same = old is not None and (old.moment, old.fault) == (out.moment, out.fault)
            since = out.since or (old.since if old and same else None) or now
            moment, fault = out.moment, str(out.fault)
            plugins.quarantined[slug] = replace(out, since=since)
        title, version = (meta.title, meta.version) if meta else (old.title, old.version) if old else (slug, "")
        states.append(InstalledState(slug, title, version, old.revision if old else None, moment, fault, since))
    return states
