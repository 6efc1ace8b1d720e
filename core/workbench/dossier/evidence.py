"""The files behind a dossier, as they lie in the storage: papers as they were served, evidence of records, plans, orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all

from core.access.actor import Actor
from core.campaigns.models import Scheme
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.schemes import SUBJECT as SCHEME
from core.db.sessions import TenantSession
from core.files.models import KEPT, File
from core.hooks.folders import FolderFile
from core.inspections.models import RectificationOrder, Visit
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.scope import visible as visits_seen
from core.kernel.clock import local_date
from core.kernel.errors import Refused
from core.orgs.models import OrgUnit
from core.papers.models import Paper, PaperRecipient
from core.papers.permissions import PaperPermission
from core.papers.scope import reached
from core.records.kinds import kinds_of
from core.records.models import Record
from core.records.permissions import RecordPermission
from core.records.queries.entries import RecordFilter
from core.records.queries.entries import conditions as records_asked
from core.records.services.writing import SUBJECT as RECORD
from core.tenancy.packs.model import Pack
from core.workbench.dossier.queries import under
from core.workbench.dossier.shapes import Asked

MOST_BYTES = 8 * 1024**3
"""Of one folder: more is asked for by unit, or for fewer days."""
BATCH = 500


def evidence_sums(session: TenantSession, actor: Actor, asked: Asked) -> tuple[int, int]:
    """(files, bytes). One query or none. Raises Refused for more than one folder takes."""
    parts = [
        statement.with_only_columns(File.id, File.size).order_by(None)
        for statement in _statements(actor, asked).values()
    ]
    if not parts:
        return 0, 0
    found = union_all(*parts).subquery()
    row = session.execute(select(func.count(), func.coalesce(func.sum(found.c.size), 0))).one()
    if row[1] > MOST_BYTES:
        raise Refused("佐证文件超过%(most)s GB，请按单位或缩短日期分开导出", most=MOST_BYTES // 1024**3)
    return row[0], int(row[1])


def evidence_files(session: TenantSession, actor: Actor, pack: Pack, asked: Asked) -> Iterator[FolderFile]:
    """In the order of their folders. Streams; one query for each sort."""
    labels = {code: kind.label for code, kind in kinds_of(pack).items()}
    for folder, statement in _statements(actor, asked).items():
        rows = session.execute(statement.execution_options(yield_per=BATCH))
        for name, key, day, unit, title, kind in rows:
            within = f"{folder}/{labels.get(kind, kind)}" if kind else folder
            on = local_date(day) if isinstance(day, datetime) else day
            words = [_plain(unit), *([] if name.startswith(title) else [_plain(title)]), _plain(name, 80)]
            yield FolderFile(f"{within}/{on} {' '.join(words)}", key=key)


def _plain(text: str, most: int = 40) -> str:
    """No folders out of titles; short enough that the whole path can be unpacked anywhere. The name's end stays."""
    flat = text.replace("/", "／").replace("\\", "＼")
    return flat if len(flat) <= most else flat[: most - 10] + flat[-10:]


def _statements(actor: Actor, asked: Asked) -> dict[str, Select[Any]]:
    """Folder → (name, key, day, unit, title, kind of record)."""
    found: dict[str, Select[Any]] = {}
    if actor.may(CampaignPermission.READ):
        found["03 实施方案"] = _scheme_files(actor, asked)
    if actor.may(RecordPermission.READ):
        found["04 工作记录佐证"] = _record_files(actor, asked)
    if actor.may(InspectionPermission.READ):
        found["05 整改通知书"] = _order_files(actor, asked)
    if actor.may(PaperPermission.READ):
        found["06 公文"] = _paper_files(actor, asked)
    return found


def _files(day: Any, unit: Any, title: Any, kind: Any) -> Select[Any]:
    return select(
        File.name, File.key, day.label("day"), unit.label("unit"), title.label("title"), kind.label("kind")
    ).where(File.state == KEPT)


def _on(kind: str, subject: Any) -> ColumnElement[bool]:
    return and_(File.subject_kind == kind, File.subject_id == subject)


def _record_files(actor: Actor, asked: Asked) -> Select[Any]:
    where = RecordFilter(since=asked.since, until=asked.until, unit_id=asked.unit_id, state="held")
    return (
        _files(Record.held_on, OrgUnit.name, Record.title, Record.kind)
        .join(Record, _on(RECORD, Record.id))
        .join(OrgUnit, OrgUnit.id == Record.unit_id)
        .where(*records_asked(actor, where))
        .order_by(Record.kind, Record.held_on, Record.id, File.id)
    )


def _scheme_files(actor: Actor, asked: Asked) -> Select[Any]:
    return (
        _files(Scheme.submitted_at, OrgUnit.name, Scheme.title, literal(""))
        .join(Scheme, _on(SCHEME, Scheme.id))
        .join(OrgUnit, OrgUnit.id == Scheme.unit_id)
        .where(
            Scheme.campaign == asked.campaign, or_(Scheme.state == "submitted", Scheme.state == "accepted"),
            actor.coverage(CampaignPermission.READ).filter(Scheme.unit_id), under(Scheme.unit_id, asked),
        )
        .order_by(OrgUnit.name_sort, Scheme.id, File.id)
    )  # fmt: skip


def _order_files(actor: Actor, asked: Asked) -> Select[Any]:
    return (
        _files(RectificationOrder.issued_on, OrgUnit.name, RectificationOrder.no, literal(""))
        .join(RectificationOrder, RectificationOrder.file_id == File.id)
        .join(Visit, Visit.id == RectificationOrder.visit_id)
        .join(OrgUnit, OrgUnit.id == Visit.unit_id)
        .where(
            visits_seen(actor),
            under(Visit.unit_id, asked),
            RectificationOrder.issued_on.between(asked.since, asked.until),
        )
        .order_by(RectificationOrder.issued_on, RectificationOrder.id)
    )


def _paper_files(actor: Actor, asked: Asked) -> Select[Any]:
    """Each paper once, however many units it went to."""
    went = select(PaperRecipient.paper_id).where(
        PaperRecipient.paper_id == Paper.id, reached(actor), under(PaperRecipient.unit_id, asked)
    )
    return (
        _files(Paper.issued_on, Paper.no, Paper.title, literal(""))
        .join(Paper, Paper.file_id == File.id)
        .where(went.exists(), Paper.issued_on.between(asked.since, asked.until), Paper.withdrawn_at.is_(None))
        .order_by(Paper.issued_on, Paper.id)
    )
