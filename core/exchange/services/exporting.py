"""Orders and makes files that somebody takes away, and lets them expire."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy import select, update

from core.audit.services import record
from core.db.sessions import TenantSession
from core.exchange.keeping import EXPORT, forget, keep
from core.exchange.kinds import export_kind
from core.exchange.models import EXPIRED, FAILED, QUEUED, READY, Export
from core.exchange.services.folders import write_folder
from core.exchange.services.writing import Said, write_table
from core.files.storage import Storage
from core.hooks.folders import ZIP, FolderKind
from core.hooks.tables import Question, TableWork
from core.jobs.services import enqueue
from core.kernel.clock import LOCAL
from core.kernel.errors import Invalid, NotFound, Refused
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.tables.writing import CSV, XLSX

JOB = "exchange.make_export"
KEPT = timedelta(days=7)
FETCHABLE = timedelta(days=1)
Aside = Callable[[], AbstractContextManager[TenantSession]]
MEDIA = {"xlsx": XLSX, "csv": CSV, ZIP: "application/zip"}


def order_export(work: TableWork, *, kind: str, question: Question, form: str = "") -> UUID:
    """Orders the file; returns the export's id. ``form``: empty = what the kind is written as first.

    Raises NotFound for the kind, Invalid for a question that is none, Forbidden.
    """
    session = work.session
    found = export_kind(work, kind)
    form = form or found.forms[0]
    if form not in found.forms:
        raise Invalid(fields={"format": Phrase("请选择%(forms)s", forms=found.forms)})
    question = Question(
        {name: values for name, values in question.values.items() if name in found.filters or name != "sort"}
    )
    unknown = sorted(set(question.values) - set(found.filters))
    if unknown:
        raise Invalid(fields=dict.fromkeys(unknown, "没有这个筛选条件"))
    said = found.said(work, question)
    export_id = new_id()
    now = session.now()
    session.add(
        Export(
            id=export_id, kind=kind, kind_title=found.title, format=form, question={name: list(values) for name, values in question.values.items()},
            said=said, created_at=now, created_by=work.actor.person_id, expires_at=now + KEPT,
        )
    )  # fmt: skip
    session.flush()
    job_id = enqueue(session, kind=JOB, args={"export_id": str(export_id)}, actor=work.actor)
    session.execute(update(Export).where(Export.id == export_id).values(job_id=job_id))
    record(
        session, actor=work.actor, action="export.ordered", object_kind="export", object_id=export_id,
        data={"kind": kind, "query": said[:2000]},
    )  # fmt: skip
    return export_id


def make_export(
    work: TableWork, *, export_id: UUID, storage: Storage, aside: Aside, said: Said = str
) -> dict[str, Any]:
    """Writes the file and keeps it. ``aside`` opens a session of its own for the bar: this one's cursor must stay open.

    Raises NotFound where the person may no longer export the kind. Side effects: bytes in the storage.
    """
    session = work.session
    export = session.scalars(select(Export).where(Export.id == export_id)).one()
    if export.state != QUEUED:
        return {}
    kind = export_kind(work, export.kind)
    question = Question({name: tuple(values) for name, values in export.question.items()})
    total = kind.count(work, question)
    day = session.now().astimezone(LOCAL)
    watermark = said(Phrase("%(name)s　%(time)s 导出", name=work.actor.name or "—", time=f"{day:%Y-%m-%d %H:%M}"))
    above = [watermark] + ([said(Phrase("筛选：%(said)s", said=export.said))] if export.said else [])

    def tell(done: int) -> None:
        _tell(aside, export_id, done, total)

    with tempfile.TemporaryFile() as spool:
        target = cast("BinaryIO", spool)
        if isinstance(kind, FolderKind):
            made, photos = (
                write_folder(target, kind, work, question, storage=storage, watermark=watermark, tell=tell, said=said),
                None,
            )
        else:
            made, photos = write_table(
                target, kind, work, question, form=export.format, above=above, watermark=watermark, tell=tell, said=said
            )  # fmt: skip
        name = f"{said(kind.title)}-{day:%Y%m%d-%H%M}.{export.format}"
        size = target.seek(0, 2)
        file_id = keep(
            session, storage=storage, file=target, name=name, media_type=MEDIA[export.format], subject_kind=EXPORT,
            subject_id=export_id, person_id=export.created_by,
        )  # fmt: skip
    export.state, export.rows, export.photos, export.size, export.file_id = READY, made, photos, size, file_id
    export.rights = work.actor.rights()
    session.flush()
    data = {"kind": export.kind, "rows": made, "photos": photos, "query": export.said[:2000]}
    record(session, actor=work.actor, action="export.made", object_kind="export", object_id=export_id, data=data)
    return {"rows": made}


def export_failed(session: TenantSession, *, export_id: UUID, why: str) -> None:
    session.execute(
        update(Export).where(Export.id == export_id, Export.state == QUEUED).values(state=FAILED, fault=why)
    )


def take(work: TableWork, *, export_id: UUID) -> None:
    """Writes down that the file is taken; for a day it may then be fetched, in as many parts as it takes.

    Raises NotFound, Refused."""
    session = work.session
    export = _takeable(work, export_id)
    session.execute(
        update(Export).where(Export.id == export_id).values(downloads=Export.downloads + 1, taken_at=session.now())
    )
    data = {"kind": export.kind, "rows": export.rows}
    record(session, actor=work.actor, action="export.taken", object_kind="export", object_id=export_id, data=data)


def file_taken(work: TableWork, *, export_id: UUID) -> UUID:
    """The id of the file of an export that was taken within a day. The right is asked anew at every part.

    Raises NotFound, Refused."""
    export = _takeable(work, export_id)
    if export.taken_at is None or work.session.now() - export.taken_at > FETCHABLE or export.file_id is None:
        raise Refused("请重新点击下载")
    return export.file_id


def _takeable(work: TableWork, export_id: UUID) -> Export:
    """Own exports only, and only with every right that they were made with."""
    export = work.session.scalars(select(Export).where(Export.id == export_id)).one_or_none()
    if export is None or export.created_by is None or export.created_by != work.actor.person_id:
        raise NotFound()
    export_kind(work, export.kind)  # refuses what is no longer offered to this person
    if export.state == EXPIRED or export.expires_at <= work.session.now():
        raise Refused("文件已过期，请重新导出")
    if export.state != READY or export.file_id is None:
        raise Refused("文件还没有生成")
    if not work.actor.still_has(export.rights):
        raise Refused("您的权限范围已经变化，不能再下载这个文件，请重新导出")
    return export


def expire_exports(session: TenantSession) -> int:
    """The files of exports older than a week go; that they were made stays."""
    over = (Export.expires_at <= session.now()) & (Export.state == READY)
    files = list(session.scalars(select(Export.file_id).where(over, Export.file_id.is_not(None))))
    session.execute(
        update(Export).where(over).values(state=EXPIRED, file_id=None).execution_options(synchronize_session=False)
    )
    forget(session, [file_id for file_id in files if file_id is not None])
    return len(files)


def _tell(aside: Aside, export_id: UUID, done: int, total: int) -> None:
    with aside() as session:
        session.execute(
            update(Export).where(Export.id == export_id).values(progress_done=done, progress_total=max(total, done))
        )
