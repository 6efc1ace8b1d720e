"""What exams hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.exams.audited import AUDITED
from core.exams.certificates import CERTIFICATE_REGISTER
from core.exams.evidence import EVIDENCE
from core.exams.notes import notes_of
from core.exams.pages import bp as pages
from core.exams.permissions import DECLARED, ExamPermission
from core.exams.queries.sittings import waiting
from core.exams.queries.standing import asked_of_posts, short_people
from core.exams.rest import bp as rest
from core.exams.services.offers import take_pack
from core.exams.tables import QuestionBank, QuestionTable
from core.exams.tasks import PERIODIC, end_sittings
from core.hooks.evidence import Evidence
from core.hooks.meta import Audited, DeskCard, MenuEntry, PostNote
from core.hooks.specs import impl
from core.hooks.tables import ExportKind, ImportKind
from core.jobs.schedule import Periodic
from core.tenancy import shelf


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
def register_registers() -> Sequence[Any]:
    return (CERTIFICATE_REGISTER,)


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (end_sittings,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (PERIODIC,)


@impl
def register_evidence() -> Sequence[Evidence]:
    return (EVIDENCE,)


@impl
def on_tenant_onboarded(session: TenantSession) -> None:
    """The questions and exams of the pack, or of its new version."""
    pack = shelf.current(session)
    if pack is not None:
        take_pack(session, actor=Actor.system(session.tenant_id, "exams.take"), pack=pack)


@impl
def collect_import_kinds(session: TenantSession, actor: Actor) -> Sequence[ImportKind]:
    return (QuestionTable(),)


@impl
def collect_export_kinds(session: TenantSession, actor: Actor) -> Sequence[ExportKind]:
    return (QuestionBank(),)


@impl
def collect_post_notes(session: TenantSession, actor: Actor, post_ids: Sequence[UUID]) -> Sequence[PostNote]:
    return notes_of(session, actor, post_ids)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry("我的考试", "exams.mine", "certificate", "work", 40, ExamPermission.TAKE),
        MenuEntry("应知应会考核", "exams.index", "certificate", "ledger", 40, ExamPermission.RESULTS),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    cards: list[DeskCard] = []
    if actor.may(ExamPermission.TAKE) and actor.person_id is not None:
        cards.append(
            DeskCard(
                "要参加的考试",
                waiting(session, actor.person_id),
                "exams.mine",
                tone="soon",
                hint="本人岗位应知应会",
                order=26,
            )
        )
    if actor.may(ExamPermission.RESULTS):
        short = short_people(session, actor, asked_of_posts(session, shelf.current(session)))
        cards.append(
            DeskCard("未达标的在岗人员", short, "exams.standing", (("open_only", "1"),), "soon", "缺考试或证书", 56)
        )
    return tuple(card for card in cards if card.count)
