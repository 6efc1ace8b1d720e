"""What the records hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.occasions import Occasion
from core.hooks.searching import Searchable
from core.hooks.specs import impl
from core.hooks.tables import ExportKind, ImportKind
from core.kernel.clock import local_date
from core.records.audited import AUDITED
from core.records.pages import bp as pages
from core.records.permissions import DECLARED, RecordPermission
from core.records.queries import entries, plans
from core.records.queries.drills import drills_waiting
from core.records.queries.evidence import EVIDENCE
from core.records.queries.incidents import incidents_late
from core.records.queries.occasions import OCCASION
from core.records.rest import bp as rest
from core.records.searching import RECORDS
from core.records.services.plans import SUBJECT as PLAN
from core.records.services.writing import SUBJECT as RECORD
from core.records.tables.arriving import RecordTable
from core.records.tables.leaving import RecordLedger


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (pages, rest)


@impl
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    return {RECORD: entries.may_see_files, PLAN: plans.may_see_files}


@impl
def register_evidence() -> Sequence[Evidence]:
    return (EVIDENCE,)


@impl
def register_occasions() -> Sequence[Occasion]:
    return (OCCASION,)


@impl
def register_searchables() -> Sequence[Searchable]:
    return (RECORDS,)


@impl
def collect_import_kinds(session: TenantSession, actor: Actor) -> Sequence[ImportKind]:
    return (RecordTable(),)


@impl
def collect_export_kinds(session: TenantSession, actor: Actor) -> Sequence[ExportKind]:
    return (RecordLedger(),)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry("工作记录", "records.index", "book", "daily", 32, RecordPermission.READ),
        MenuEntry("值班与交接", "records.duty", "clock", "daily", 34, RecordPermission.READ),
        MenuEntry("应急预案", "records.plans", "lifebuoy", "daily", 36, RecordPermission.READ),
        MenuEntry("突发事件", "records.incidents", "ambulance", "daily", 38, RecordPermission.INCIDENT_READ),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    cards: list[DeskCard] = []
    today = local_date(session.now())
    if actor.may(RecordPermission.INCIDENT_REPORT):
        late = incidents_late(session, actor)
        cards.append(
            DeskCard("超时未续报", late, "records.incidents", (("late", "1"),), "overdue", "突发事件续报时限已过", 5)
        )
    if actor.may(RecordPermission.WRITE):
        due, open_ = drills_waiting(session, actor, today=today)
        cards.append(
            DeskCard(
                "到日子的演练",
                due,
                "records.index",
                (("kind", "drill"), ("state", "planned")),
                "soon",
                "点开即可计时",
                23,
            )
        )
        cards.append(
            DeskCard(
                "待总结的演练",
                open_,
                "records.index",
                (("kind", "drill"), ("state", "planned")),
                "soon",
                "总结后才计数",
                24,
            )
        )
        cards.append(
            DeskCard(
                "待复审的预案",
                plans.plans_due(session, actor, today=today),
                "records.plans",
                (("due", "1"),),
                "soon",
                "已过复审日期",
                55,
            )
        )
    return tuple(card for card in cards if card.count)
