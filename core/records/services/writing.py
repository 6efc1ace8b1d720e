"""What every write of a record goes through: what is right, whose it is, what was said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.files.services import attach
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid, NotFound, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.orgs.queries import UnitCard, unit_cards
from core.records.kinds import Input, RecordField, RecordKind, kinds_of, topic_label, topics_of
from core.records.models import Record, RecordVersion
from core.records.permissions import RecordPermission
from core.records.privacy import refuse_personal
from core.records.scope import recordable, visible
from core.tenancy.packs.model import Pack

SUBJECT = "record"
"""Kind under which files hang on a record."""
TITLE_MAX = 100
TEXT_MAX = 4000
PEOPLE_MAX = 200_000


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """What is told of one record. Empty ``title``: made of the kind and the topics. ``details``: the kind's own fields."""

    unit_id: UUID
    kind: str
    held_on: date
    title: str = ""
    topics: tuple[str, ...] = ()
    place: str = ""
    people: int | None = None
    minutes: int | None = None
    times: int = 1
    summary: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def kind_named(pack: Pack | None, code: str) -> RecordKind:
    """Raises Invalid."""
    found = kinds_of(pack).get(code)
    if found is None:
        raise Invalid(fields={"kind": "没有这种记录"})
    return found


def checked(pack: Pack | None, facts: RecordFacts, *, today: date, planned: bool = False) -> RecordFacts:
    """The facts as they are kept. Raises Invalid by field. ``planned``: the day may lie ahead."""
    kind = kind_named(pack, facts.kind)
    wrong: dict[str, str] = {}
    if facts.held_on > today and not planned:
        wrong["held_on"] = "不能晚于今天：没有做的不能先记"
    if facts.times < 1 or facts.times > 100:
        wrong["times"] = "应在1到100之间"
    for name, number, most in (("people", facts.people, PEOPLE_MAX), ("minutes", facts.minutes, 24 * 60)):
        if number is not None and not 0 <= number <= most:
            wrong[name] = Phrase("应在%(a)s到%(b)s之间", a=0, b=most)
    for name, text, letters in (
        ("title", facts.title, TITLE_MAX),
        ("place", facts.place, TITLE_MAX),
        ("summary", facts.summary, TEXT_MAX),
    ):
        if len(text.strip()) > letters:
            wrong[name] = Phrase("不超过%(a)s个字", a=letters)
    known = {own.code for own in topics_of(pack, kind)}
    topics = tuple(dict.fromkeys(facts.topics))
    if set(topics) - known:
        wrong["topics"] = "请从列表中选择"
    details = _details(kind, facts, wrong)
    if set(facts.details) - {own.code for own in kind.fields}:
        wrong["details"] = "没有这一项"
    if wrong:
        raise Invalid(fields=wrong)
    refuse_personal(
        {
            "title": facts.title,
            "place": facts.place,
            "summary": facts.summary,
            **{f"details.{code}": text for code, text in details.items()},
        }
    )
    title = facts.title.strip() or title_of(pack, kind, topics)
    return replace(facts, title=title, topics=topics, place=facts.place.strip(), summary=facts.summary.strip(), details=details)  # fmt: skip


def title_of(pack: Pack | None, kind: RecordKind, topics: Sequence[str]) -> str:
    """What a record is called that nobody named: its kind, and what it was about."""
    words = "、".join(topic_label(pack, topic) for topic in topics)
    return f"{kind.label}（{words}）"[:TITLE_MAX] if words else kind.label


def _details(kind: RecordKind, facts: RecordFacts, wrong: dict[str, str]) -> dict[str, Any]:
    """The kind's own fields that say something. Notes in ``wrong`` what would be right."""
    details = {}
    for own in kind.fields:
        value = _detail(own, facts.details.get(own.code), wrong)
        if value is None:
            continue
        details[own.code] = value
        if own.of_people and facts.people is None:
            wrong["people"] = "必填"
        elif own.of_people and value > facts.people:
            wrong[f"details.{own.code}"] = Phrase("不能多于%(what)s", what=kind.people)
    return details


def _detail(own: RecordField, value: Any, wrong: dict[str, str]) -> Any:
    """The value by the field's type; None where nothing is said. Notes in ``wrong`` what would be right."""
    name = f"details.{own.code}"
    text = str(value).strip() if value is not None else ""
    if not text:
        if own.required:
            wrong[name] = "必填"
        return None
    match own.input:
        case Input.NUMBER:
            if not text.isascii() or not text.isdigit() or int(text) > own.most:
                wrong[name] = Phrase("应在%(a)s到%(b)s之间", a=0, b=own.most)
                return None
            return int(text)
        case Input.CHOICE:
            if text not in (own.choices or {}):
                wrong[name] = "请从列表中选择"
                return None
        case _:
            if len(text) > own.most:
                wrong[name] = Phrase("不超过%(a)s个字", a=own.most)
                return None
    return text


def for_unit(
    session: TenantSession, *, actor: Actor, unit_id: UUID, permission: str = RecordPermission.WRITE
) -> UnitCard:
    """The unit for which the actor may record. Raises Forbidden without the permission, NotFound for a unit out of reach,
    Invalid for one that is closed."""
    if unit_id not in recordable(session, actor, permission):
        raise NotFound() if actor.may(permission) else Forbidden()
    card = unit_cards(session, [unit_id]).get(unit_id)
    if card is None:
        raise NotFound()
    if not card.open_on(local_date(session.now())):
        raise Invalid(fields={"unit_id": "这个单位已撤销"})
    return card


def locked(session: TenantSession, *, actor: Actor, record_id: UUID, version: int | None) -> Record:
    """A record that the actor may change. Raises NotFound, Forbidden, Stale."""
    row = session.scalars(
        select(Record)
        .where(Record.id == record_id, visible(actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound()
    if row.unit_id not in recordable(session, actor):
        raise Forbidden()
    if version is not None and row.version != version:
        raise Stale()
    return row


def new_record(
    session: TenantSession, *, actor: Actor, card: UnitCard, facts: RecordFacts, state: str, **more: Any
) -> Record:
    """The row and its first wording, in the log. ``facts`` as ``checked`` gave them."""
    row = Record(
        id=new_id(), unit_id=card.id, school_id=card.school_id, state=state, recorded_at=session.now(),
        recorded_by=actor.person_id, recorded_by_name=actor.name, latest_no=1, **_columns(facts), **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    keep_wording(session, actor=actor, row=row)
    return row


def set_facts(row: Record, facts: RecordFacts) -> None:
    for name, value in _columns(facts).items():
        setattr(row, name, value)


def _columns(facts: RecordFacts) -> dict[str, Any]:
    return {
        "kind": facts.kind, "topics": list(facts.topics), "title": facts.title, "held_on": facts.held_on, "place": facts.place,
        "people": facts.people, "minutes": facts.minutes, "times": facts.times, "summary": facts.summary, "details": dict(facts.details),
    }  # fmt: skip


def keep_wording(session: TenantSession, *, actor: Actor, row: Record, reason: str = "") -> None:
    """What the record says now, kept for good under ``row.latest_no``."""
    content = {
        "title": row.title, "held_on": row.held_on.isoformat(), "topics": list(row.topics), "place": row.place, "people": row.people,
        "minutes": row.minutes, "times": row.times, "summary": row.summary, "details": dict(row.details),
    }  # fmt: skip
    session.add(
        RecordVersion(
            record_id=row.id, no=row.latest_no, content=content, reason=reason, at=session.now(), by_id=actor.person_id, by_name=actor.name,
        )
    )  # fmt: skip
    session.flush()


def hang(session: TenantSession, *, actor: Actor, record_id: UUID, file_ids: Sequence[UUID]) -> None:
    """Files of the actor's own, loose until now, hang on the record for good."""
    for file_id in dict.fromkeys(file_ids):
        attach(session, actor=actor, file_id=file_id, subject_kind=SUBJECT, subject_id=record_id)


def note(session: TenantSession, *, actor: Actor, row: Record, act: str, **data: Any) -> None:
    """Into the log, and to subscribers after the commit."""
    record(
        session, actor=actor, action=f"record.{act}", object_kind="record", object_id=row.id, data={"kind": row.kind, **data}
    )  # fmt: skip
    payload = {"record_id": str(row.id), "unit_id": str(row.unit_id), "kind": row.kind, "state": row.state}
    emit(session, Event(topic=f"record.{act}", tenant_id=session.tenant_id, at=session.now(), payload=payload))
