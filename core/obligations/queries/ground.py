"""What the queries of the obligations rest on: the pack's duties as this tenant reads them, its switches, the evidence."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.hooks.holdings import REGISTER, Holding
from core.hooks.manager import Plugins, left_usable
from core.kernel.obligations import FOREVER
from core.kernel.periods import Reading
from core.kernel.schoolyear import SchoolCalendar, Span
from core.obligations.duties import Choices, Duty, duties
from core.obligations.expected import Expected, expected, served
from core.obligations.queries.events import after_events
from core.tenancy import shelf
from core.tenancy.packs.model import Having, OrgKind, Pack
from core.tenancy.packs.owed import school_calendar
from core.tenancy.quarantine import is_own_fault
from core.tenancy.switches import Switch, switches
from core.tenancy.values import layers

Switches = Mapping[str, Switch]
DOUBT = "obligations.in_doubt"
KEPT = 64
AROUND = timedelta(days=400)
"""Named windows that come every year are made this far around the span asked."""
_made: OrderedDict[tuple[object, ...], tuple[Pack, tuple[Expected, ...]]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Source:
    """Evidence, and the plugin that it is of; None: of core."""

    evidence: Evidence
    plugin: str | None


@dataclass(frozen=True)
class Asked:
    """What is asked. ``span``: by the due day. Empty = no matter."""

    span: Span
    codes: frozenset[str] = frozenset()
    """Of obligations and reports."""
    clauses: frozenset[str] = frozenset()
    activity: str = ""
    group: str = ""
    """Duty with several sources."""
    states: frozenset[str] = frozenset()
    key: str = ""
    """One occurrence."""
    unit_id: UUID | None = None
    under: UUID | None = None
    """This unit and everything under it: a cluster, a 中心校."""
    org_types: frozenset[str] = field(default_factory=frozenset)
    reader: Actor | None = None
    """Who asks: decides which events are told of (core.hooks.occasions); None: only those that everybody may know of."""

    def takes(self, duty: Duty) -> bool:
        return (
            (not self.codes or duty.code in self.codes)
            and (not self.clauses or not self.clauses.isdisjoint(duty.rule.sources))
            and (not self.activity or duty.rule.activity == self.activity)
            and (not self.group or duty.group == self.group)
        )


def pack_duties(session: TenantSession) -> tuple[Duty, ...]:
    """Empty for a tenant without a pack. At most three small queries a session."""
    pack = shelf.current(session)
    return () if pack is None else duties(pack, _choices(session))


def calendar_of(session: TenantSession, span: Span) -> SchoolCalendar:
    """Terms, teaching months and windows as the pack has them."""
    pack = shelf.current(session)
    wide = Span(span.starts - AROUND, span.ends + AROUND)
    return SchoolCalendar() if pack is None else school_calendar(pack, asked=wide)


def expected_in(session: TenantSession, asked: Asked, switched: Switches | None = None) -> tuple[Expected, ...]:
    """What falls due in the span, for whoever owes it. Kept in memory for the same pack, switches and choices."""
    pack = shelf.current(session)
    if pack is None:
        return ()
    switched = switches(session) if switched is None else switched
    chosen, strict = _choices(session), _strict(session)
    key = (id(pack), asked.span, chosen, strict, frozenset(map(_dates, switched.values())))
    with _lock:
        kept = _made.get(key)
    if kept is None:
        found = expected(
            duties(pack, chosen), calendar_of(session, asked.span), asked.span,
            domains=served(pack, switched), strict=strict,
        )  # fmt: skip
        kept = (pack, found)  # the pack is kept too, so that its id stays its own
        with _lock:
            _made[key] = kept
            while len(_made) > KEPT:
                _made.popitem(last=False)
    return tuple(one for one in kept[1] if asked.takes(one.duty) and asked.key in ("", one.found.key))


def countable_in(
    session: TenantSession, plugins: Plugins, asked: Asked
) -> tuple[tuple[Expected, ...], tuple[Source, ...]]:
    """What falls due, by the calendar and after events, each with whether anything here counts for it; and what counts."""
    switched = switches(session)
    sources = sources_of(session, plugins, switched)
    found = [*expected_in(session, asked, switched), *_after_events(session, plugins, asked, switched)]
    acts = {one.duty.rule.activity for one in found if one.answered_at is None}
    counting = [own.evidence for own in sources if own.evidence.excuse is None]
    blind = {act for act in acts if not any(one.concerns(act) for one in counting)}
    held = _held(session, plugins, found, switched)
    ready = (replace(one, holders=held[one.duty.rule.having]) if one.duty.rule.having else one for one in found)
    return tuple(
        replace(one, countable=False) if _uncountable(one, blind) else one
        for one in sorted(ready, key=lambda one: one.found.due_on or FOREVER.ends)
    ), sources


def _uncountable(one: Expected, blind: AbstractSet[str]) -> bool:
    """Nothing here counts for it; or nobody here can tell whom it means: then it is all of them, and none is at fault."""
    unheard = one.answered_at is None and one.duty.rule.activity in blind
    return unheard or (bool(one.duty.rule.having) and one.holders is None)


def _held(
    session: TenantSession, plugins: Plugins, found: Iterable[Expected], switched: Switches
) -> dict[str, Select[Any] | None]:
    """What is asked of units (``Rule.having``) → who has it; None where nobody here can tell."""
    asked = {one.duty.rule.having: one.duty.having for one in found if one.duty.having is not None}
    if not asked:
        return {}
    offered = _offered(plugins, "register_holdings", switched)
    told = {holding.code: (plugin, holding) for plugin, on, answer in offered if on for holding in answer}
    answers: dict[str, Select[Any] | None] = dict.fromkeys(asked)
    for key, having in asked.items():
        plugin, holding = told.get(having.holding or REGISTER, (None, None))
        if holding is not None:
            answers[key] = _holders(session, plugins, plugin, holding, having)
    return answers


def in_doubt(session: TenantSession) -> bool:
    """Whether a view of this session has raised: what plugins say of who has what is then tried before it is joined."""
    return bool(session.info.get(DOUBT))


def _holders(
    session: TenantSession, plugins: Plugins, plugin: str | None, holding: Holding, having: Having
) -> Select[Any] | None:
    """A plugin's are joined unread; once a view has raised they are read before (core.obligations.queries.careful.spared)."""
    if plugin is None:
        return holding.holders(session, having)
    try:
        with left_usable(session):
            found = holding.holders(session, having)
            if found is not None and in_doubt(session):
                session.execute(select(func.count(func.distinct(func.row(*found.subquery().c)))))
    except Exception as fault:
        if not is_own_fault(fault):
            raise
        plugins.raised(plugin, "register_holdings", fault)
        return None
    return found


def sources_of(session: TenantSession, plugins: Plugins, switched: Switches | None = None) -> tuple[Source, ...]:
    """What counts here: of core, and of plugins that are or were on, for what is off is frozen and not undone."""
    switched = switches(session) if switched is None else switched
    return tuple(
        Source(one, plugin)
        for plugin, on, answer in _offered(plugins, "register_evidence", switched)
        if on
        for one in answer
    )


def kept_out_of(session: TenantSession, plugins: Plugins) -> tuple[Source, ...]:
    """What would count, were its plugin not kept out of this tenant."""
    return tuple(
        Source(one, plugin)
        for plugin, on, answer in _offered(plugins, "register_evidence", switches(session))
        if not on
        for one in answer
    )


def _offered(plugins: Plugins, hook: str, switched: Switches) -> Iterator[tuple[str | None, bool, Any]]:
    """(plugin, whether it may speak here, answer) of core and of plugins that are or were on."""
    for owner, answer in plugins.at_boot(hook):
        meta = plugins.metas.get(owner)
        if meta is None:
            yield None, True, answer
        elif owner in switched:
            yield owner, not switched[owner].kept_out(meta.version), answer


def _after_events(session: TenantSession, plugins: Plugins, asked: Asked, switched: Switches) -> list[Expected]:
    pack = shelf.current(session)
    following = [duty for duty in pack_duties(session) if duty.rule.after and asked.takes(duty)]
    if pack is None or not following:
        return []
    offered = _offered(plugins, "register_occasions", switched)
    above = {f"#{one.code}" for one in pack.departments} | {"~bureau", "~department"}
    above |= {one.code for one in pack.org_types if one.kind is OrgKind.BUREAU}
    found = after_events(
        session, [one for _, on, answer in offered if on for one in answer], following, above=frozenset(above),
        calendar=calendar_of(session, asked.span), domains=served(pack, switched), asked=asked.span, reader=asked.reader,
    )  # fmt: skip
    return [one for one in found if asked.key in ("", one.found.key)]


def _choices(session: TenantSession) -> Choices:
    found = layers(session)
    if found is None:
        return Choices()
    reading = found.effective("report.ten_day.reading").value
    shift = found.effective("report.holiday_shift").value
    return Choices(Reading(reading) if reading in set(Reading) else None, shift is True)


def _strict(session: TenantSession) -> bool:
    found = layers(session)
    return found is not None and found.effective("due.named_day_included").value is False


def _dates(switch: Switch) -> tuple[object, ...]:
    return switch.plugin, switch.on_from, switch.on_until, switch.stages
