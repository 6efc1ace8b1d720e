"""Answers, photos and signatures as phones send them: each once, however often it comes, whatever else came meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.files.services import store_file
from core.files.storage import Storage
from core.inspections.checklist import Content, Given, check_given
from core.inspections.merging import Version, digest_of, heads_after
from core.inspections.models import Answer, AnswerVersion, Signature, Visit, VisitPhoto
from core.inspections.services.writing import UNDER_WAY, audit, content, locked
from core.inspections.words import ROLES
from core.kernel.errors import Invalid

SUBJECT = "inspection_visit"
KEPT, CONFLICT, LATE, REFUSED = "kept", "conflict", "late", "refused"
MOST_PHOTOS = 9


@dataclass(frozen=True)
class Sent:
    """One version of one answer, as a device made it. ``id`` and ``photos`` are ids of the device's making."""

    id: UUID
    item: str
    verdict: str
    answered_at: datetime
    device: str
    bases: tuple[UUID, ...] = ()
    points: int | None = None
    note: str = ""
    photos: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What became of a version: kept | conflict (kept, and a person must choose) | late (the visit was over) | refused.

    The same version sent again gets the state that holds now. ``fault``: why it was refused, in words.
    """

    id: UUID
    state: str
    fault: str = ""


def take_answers(session: TenantSession, *, actor: Actor, visit_id: UUID, sent: Sequence[Sent]) -> tuple[Receipt, ...]:
    """Takes versions in the order given; a faulty one does not hold up the others. Raises NotFound, Forbidden."""
    visit = locked(session, actor=actor, visit_id=visit_id)
    asked = content(session, visit)
    known = _known(session, visit_id, sent)
    rows = {row.item: row for row in session.scalars(select(Answer).where(Answer.visit_id == visit_id))}
    gone = _replaced(session, visit_id, sent)
    receipts, touched = [], []
    for own in sent:
        if own.id in known:
            receipts.append(_again(known[own.id], own, rows))
        elif visit.state != UNDER_WAY:
            receipts.append(Receipt(own.id, LATE))
        elif fault := _fault(asked, own):
            receipts.append(Receipt(own.id, REFUSED, fault))
        else:
            version = _keep(session, actor, visit, own)
            known[own.id] = version
            row = _merge(session, visit, rows, known, version, gone)
            rows[own.item] = row
            touched.append(own.item)
            receipts.append(Receipt(own.id, KEPT if len(row.heads) == 1 else CONFLICT))
    session.flush()
    if touched:
        audit(session, actor=actor, visit=visit, act="answered", data={"items": sorted(set(touched))})
    return tuple(receipts)


def take_photo(
    session: TenantSession, *, actor: Actor, storage: Storage, visit_id: UUID, photo_id: UUID, item: str, stream: BinaryIO,
    name: str, max_bytes: int, taken_at: datetime | None = None,
) -> str:  # fmt: skip
    """Stores a photo once; returns kept, or late. Raises NotFound, Forbidden, Invalid, TooLarge.

    A second one with the same id waits for the first and then finds it there: no bytes are stored twice.
    """
    visit = locked(session, actor=actor, visit_id=visit_id)
    if _there(session.get(VisitPhoto, (session.tenant_id, photo_id)), visit_id):
        return KEPT
    if visit.state != UNDER_WAY:
        return LATE
    if content(session, visit).item(item) is None:
        raise Invalid(fields={"item": "检查表里没有这一项"})
    card = store_file(
        session, actor=actor, storage=storage, stream=stream, name=name, purpose="before", subject_kind=SUBJECT,
        subject_id=visit_id, occurred_at=_plausible(session, taken_at), max_bytes=max_bytes,
    )  # fmt: skip
    if card.kind != "image":
        raise Invalid(fields={"file": "请上传照片"})
    session.add(
        VisitPhoto(
            id=photo_id, visit_id=visit_id, item=item, file_id=card.id, received_at=session.now(), by_id=actor.person_id
        )
    )
    session.flush()
    audit(session, actor=actor, visit=visit, act="photo", data={"items": [item]})
    return KEPT


def take_signature(
    session: TenantSession, *, actor: Actor, storage: Storage, visit_id: UUID, signature_id: UUID, role: str, name: str,
    digest: str, signed_at: datetime, stream: BinaryIO, max_bytes: int,
) -> str:  # fmt: skip
    """Stores a drawn name once; returns kept, or late. ``digest``: of the answers that the person was shown.

    Raises NotFound, Forbidden, Invalid.
    """
    visit = locked(session, actor=actor, visit_id=visit_id)
    if _there(session.get(Signature, (session.tenant_id, signature_id)), visit_id):
        return KEPT
    if visit.state != UNDER_WAY:
        return LATE
    faults = {}
    if role not in ROLES:
        faults["role"] = "只有 inspector（检查人员）和 unit（被检查单位）"
    if not name.strip():
        faults["name"] = "请填写签名人姓名"
    if faults:
        raise Invalid(fields=faults)
    card = store_file(
        session, actor=actor, storage=storage, stream=stream, name=f"{role}.png", purpose="signature", subject_kind=SUBJECT,
        subject_id=visit_id, max_bytes=max_bytes,
    )  # fmt: skip
    if card.kind != "image":
        raise Invalid(fields={"file": "请手写签名"})
    session.add(
        Signature(
            id=signature_id, visit_id=visit_id, role=role, name=name.strip(), digest=digest, file_id=card.id,
            signed_at=_plausible(session, signed_at) or session.now(), received_at=session.now(), by_id=actor.person_id,
        )
    )  # fmt: skip
    session.flush()
    audit(session, actor=actor, visit=visit, act="signed", data={"role": role})
    return KEPT


def digest_now(session: TenantSession, visit_id: UUID) -> str:
    """Of the answers as they are: what a signature taken now stands under."""
    rows = session.execute(select(Answer.item, Answer.heads).where(Answer.visit_id == visit_id))
    return digest_of({row.item: row.heads for row in rows})


def _there(row: VisitPhoto | Signature | None, visit_id: UUID) -> bool:
    if row is not None and row.visit_id != visit_id:
        raise Invalid(fields={"id": "这个编号已用于另一份内容"})
    return row is not None


def _known(session: TenantSession, visit_id: UUID, sent: Sequence[Sent]) -> dict[UUID, AnswerVersion]:
    """Versions that are there: those sent again, and all heads of the items concerned."""
    heads = session.scalars(
        select(Answer.heads).where(Answer.visit_id == visit_id, Answer.item.in_({own.item for own in sent}))
    )
    wanted = {own.id for own in sent} | {head for ids in heads for head in ids}
    rows = session.scalars(select(AnswerVersion).where(AnswerVersion.id.in_(wanted)))
    return {row.id: row for row in rows}


def _replaced(session: TenantSession, visit_id: UUID, sent: Sequence[Sent]) -> frozenset[UUID]:
    """Of those sent: versions whose successors arrived before them."""
    items = {own.item for own in sent}
    bases = session.scalars(
        select(AnswerVersion.bases).where(AnswerVersion.visit_id == visit_id, AnswerVersion.item.in_(items))
    )
    return frozenset(base for ids in bases for base in ids) & {own.id for own in sent}


def _again(known: AnswerVersion, own: Sent, rows: Mapping[str, Answer]) -> Receipt:
    same = (known.item, known.verdict, known.points, known.note, tuple(known.photos)) == (
        own.item, own.verdict, own.points, own.note.strip(), own.photos,
    )  # fmt: skip
    if not same or own.item not in rows:
        return Receipt(own.id, REFUSED, "这个编号已用于另一份内容")
    return Receipt(own.id, CONFLICT if len(rows[own.item].heads) > 1 else KEPT)


def _fault(asked: Content, own: Sent) -> str:
    item = asked.item(own.item)
    if item is None:
        return "检查表里没有这一项"
    if len(own.photos) > MOST_PHOTOS:
        return "一项最多9张照片"
    try:
        check_given(item, Given(own.verdict, own.points))
    except Invalid as fault:
        return "；".join(str(text) for text in fault.fields.values())
    return ""


def _keep(session: TenantSession, actor: Actor, visit: Visit, own: Sent) -> AnswerVersion:
    version = AnswerVersion(
        id=own.id, visit_id=visit.id, item=own.item, bases=list(own.bases), verdict=own.verdict, points=own.points,
        note=own.note.strip(), photos=list(own.photos), device=own.device, answered_at=own.answered_at,
        received_at=session.now(), by_id=actor.person_id, by_name=actor.name,
    )  # fmt: skip
    session.add(version)
    return version


def _merge(
    session: TenantSession, visit: Visit, rows: Mapping[str, Answer], known: Mapping[UUID, AnswerVersion], version: AnswerVersion,
    gone: frozenset[UUID],
) -> Answer:  # fmt: skip
    row = rows.get(version.item)
    before = [_plain(known[head]) for head in (row.heads if row else ())]
    heads = heads_after(before, _plain(version), version.bases, gone)
    if row is None:
        row = Answer(visit_id=visit.id, item=version.item, heads=list(heads), verdict=None, points=None)
        session.add(row)
    row.heads = list(heads)
    only = known.get(heads[0]) if len(heads) == 1 else None
    row.verdict, row.points = (only.verdict, only.points) if only is not None else (None, None)
    return row


def _plain(version: AnswerVersion) -> Version:
    return Version(version.id, version.verdict, version.points, version.note, frozenset(version.photos))


def _plausible(session: TenantSession, at: datetime | None) -> datetime | None:
    """A device's clock may be ahead; what lies in the future is not believed."""
    return at if at is not None and at <= session.now() else None
