"""A paper is issued once: numbered, printed, kept as the file that was served, signed for by each unit, perhaps withdrawn."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.documents.rendering import render
from core.files.services import store_file
from core.files.storage import Storage
from core.hooks.papers import PaperKind, PaperName
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.notify.services import notify
from core.orgs.queries import people_in_charge, unit_cards
from core.papers.models import Paper, PaperCounter, PaperRecipient
from core.papers.permissions import PaperPermission
from core.papers.queries.papers import paper_card
from core.papers.queries.templates import template_bytes, word_of
from core.papers.words import addressees, issued_notice, paper_no, withdrawn_notice
from core.tenancy.packs.model import Pack

SUBJECT = "paper"


def issue_paper(
    session: TenantSession, *, actor: Actor, pack: Pack, storage: Storage, kind: PaperKind, values: Mapping[str, Any],
    to: Iterable[UUID], issued_on: date | None = None,
) -> UUID:  # fmt: skip
    """Returns the paper's id. ``values``: what was typed, by name (see ``PaperKind.typed``): text, paragraphs as one text, date.

    Raises Invalid for what is missing, NotFound for a unit out of reach, Refused for a kind that is not written by hand.
    Side effects: a number, a file, a notice to those who sign for the units.
    """
    actor.require(PaperPermission.ISSUE)
    if not kind.by_hand:
        raise Refused("这种文书由业务页面出具")
    typed = {name.name: _value(name, values.get(name.name)) for name in kind.typed}
    units = unit_cards(session, to)
    if not units:
        raise Invalid(fields={"to": "请选择主送单位"})
    for unit_id in set(to):
        actor.require(PaperPermission.ISSUE, unit_id)
        if unit_id not in units:
            raise NotFound()
    today = local_date(session.now())
    day = issued_on or today
    if day > today:
        raise Invalid(fields={"issued_on": "成文日期不能晚于今天"})
    word = word_of(session, pack, kind).word
    seq = _number(session, word, day.year)
    no = paper_no(word, day.year, seq)
    template, template_id = template_bytes(session, storage, kind)
    printed = {
        **{name: value.splitlines() if _long(kind, name) else value for name, value in typed.items()},
        "issuer": pack.name, "no": no, "issued_on": day, "recipients": addressees(card.name for card in units.values()),
    }  # fmt: skip
    paper_id = new_id()
    card = store_file(
        session, actor=actor, storage=storage, stream=io.BytesIO(render(template, printed)), name=f"{typed['title']}.docx",
        purpose="paper", subject_kind=SUBJECT, subject_id=paper_id,
    )  # fmt: skip
    row = Paper(
        id=paper_id, kind=kind.code, word=word, year=day.year, seq=seq, no=no, title=typed["title"],
        values={name: value.isoformat() if isinstance(value, date) else value for name, value in typed.items()},
        issued_on=day, template_id=template_id, file_id=card.id, issued_at=session.now(), issued_by=actor.person_id,
        issued_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(PaperRecipient(paper_id=paper_id, unit_id=unit_id) for unit_id in units)
    session.flush()
    _audit(session, actor, "issued", paper_id, no=no, kind=kind.code, units=len(units))
    holders = people_in_charge(session, permission=PaperPermission.RECEIVE, units=units)
    people = {person for holding in holders.values() for person in holding}
    notify(session, to=people, kind="paper", title=issued_notice(no, typed["title"]), link=f"/papers/{paper_id}")
    return paper_id


def receive_paper(session: TenantSession, *, actor: Actor, paper_id: UUID) -> int:
    """Signs for the actor's own units; returns how many. Signing again changes nothing.

    Raises NotFound, Refused for who signs for none of the units or for a paper that was withdrawn.
    """
    card = paper_card(session, actor, paper_id)
    if card.withdrawn_at is not None:
        raise Refused("这份公文已作废，不需要签收")
    mine = [receipt.unit_id for receipt in card.receipts if receipt.mine]
    if not mine:
        raise Refused("由收文单位的人签收")
    rows = session.scalars(
        select(PaperRecipient)
        .where(PaperRecipient.paper_id == paper_id, PaperRecipient.unit_id.in_(mine), PaperRecipient.received_at.is_(None))
        .order_by(PaperRecipient.unit_id)
        .with_for_update()
    ).all()  # fmt: skip
    for row in rows:
        row.received_at, row.received_by, row.received_by_name = session.now(), actor.person_id, actor.name
    if rows:
        _audit(session, actor, "received", paper_id, no=card.no, units=len(rows))
    return len(rows)


def withdraw_paper(session: TenantSession, *, actor: Actor, paper_id: UUID, version: int, reason: str) -> None:
    """作废: the number stays used, the file stays readable, and the units are told.

    Raises NotFound, Stale, Conflict where it is withdrawn already, Invalid without a reason.
    """
    actor.require(PaperPermission.ISSUE)
    row = session.scalars(select(Paper).where(Paper.id == paper_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    if row.version != version:
        raise Stale()
    if row.withdrawn_at is not None:
        raise Conflict("这份公文已经作废")
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明作废理由"})
    row.withdrawn_at, row.withdrawn_by_name, row.withdraw_reason = session.now(), actor.name, reason.strip()
    session.flush()
    _audit(session, actor, "withdrawn", paper_id, no=row.no, reason=reason.strip())
    units = list(session.scalars(select(PaperRecipient.unit_id).where(PaperRecipient.paper_id == paper_id)))
    holders = people_in_charge(session, permission=PaperPermission.RECEIVE, units=units)
    people = {person for holding in holders.values() for person in holding}
    notify(session, to=people, kind="paper", title=withdrawn_notice(row.no, reason.strip()), link=f"/papers/{paper_id}")


def _number(session: TenantSession, word: str, year: int) -> int:
    """Without gaps, because the counter's row is locked until the commit."""
    statement = insert(PaperCounter).values(tenant_id=session.tenant_id, word=word, year=year, last=1)
    return session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "word", "year"], set_={"last": PaperCounter.last + 1}
        ).returning(PaperCounter.last)
    ).scalar_one()


def _value(name: PaperName, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if name.required and value in (None, ""):
        raise Invalid(fields={name.name: "请填写"})
    return "" if value is None else value


def _long(kind: PaperKind, name: str) -> bool:
    return any(own.name == name and own.typed == "text" for own in kind.typed)


def _audit(session: TenantSession, actor: Actor, act: str, paper_id: UUID, **data: object) -> None:
    record(session, actor=actor, action=f"paper.{act}", object_kind="paper", object_id=paper_id, data=data)
