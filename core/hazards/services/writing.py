"""The frame of every write: lock → decide → write → audit → tell, in one transaction. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import flag_modified

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.files.services import attach
from core.hazards.extensions.models import ASKED, VOID, ExtensionRequest
from core.hazards.lifecycle import CaseState, Decision, Entry, Machine, Standing
from core.hazards.models import Hazard, HazardEvent
from core.hazards.queries.evidence import KINDS, SUBJECT, evidence_counts, loose_files
from core.hazards.queries.filters import FINAL
from core.hazards.record import columns_of, signatures, state_of
from core.hazards.relations import standing_before, ties_of
from core.hazards.scope import visible
from core.hazards.services.notices import tell_addressees
from core.hazards.services.numbering import draw
from core.hazards.services.timeline import Changes, Happening, Subject, post_title, tell
from core.hazards.telling import differences, told
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Stale
from core.orgs.queries import unit_card
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import EvidenceKind


@dataclass
class Case:
    """One hazard under one write."""

    session: TenantSession
    actor: Actor
    pack: Pack
    machine: Machine
    hazard: Hazard
    state: CaseState
    standing: Standing
    attached: Mapping[UUID, str] = field(default_factory=dict)
    """Files that come along: id → kind of evidence."""

    @property
    def now(self) -> datetime:
        return self.session.now()


@dataclass(frozen=True)
class Written:
    """What a write leaves behind, for answers and redirects."""

    id: UUID
    no: str | None
    title: str
    stage: str
    stage_label: str
    canonical: str
    version: int


def locked(
    session: TenantSession,
    *,
    actor: Actor,
    pack: Pack,
    hazard_id: UUID,
    version: int | None,
    file_ids: Sequence[UUID] = (),
) -> Case:
    """The hazard under a row lock.

    Raises NotFound for what the actor does not see, Stale with what changed since ``version`` (None: as it is now).
    """
    hazard = session.scalars(
        select(Hazard)
        .where(Hazard.id == hazard_id, visible(session, actor, pack))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if hazard is None:
        raise NotFound()
    if version is not None and hazard.version != version:
        raise Stale(changes=changes_since(session, hazard_id=hazard_id, version=version))
    return Case(
        session=session,
        actor=actor,
        pack=pack,
        machine=Machine(pack.lifecycle),
        hazard=hazard,
        state=state_of(hazard, evidence_counts(session, hazard_id)),
        standing=standing_before(session, actor, pack, ties_of(hazard)),
        attached=files_of(session, actor=actor, file_ids=file_ids),
    )


def changes_since(session: TenantSession, *, hazard_id: UUID, version: int) -> dict[str, list[object]]:
    """Field → [as that version had it, as it is now]."""
    rows = session.scalars(
        select(HazardEvent.changes)
        .where(HazardEvent.hazard_id == hazard_id, HazardEvent.hazard_version > version)
        .order_by(HazardEvent.hazard_version, HazardEvent.at, HazardEvent.id)
    )
    merged: dict[str, list[object]] = {}
    for changes in rows:
        for name, (before, after) in changes.items():
            merged[name] = [merged[name][0] if name in merged else before, after]
    return {name: pair for name, pair in merged.items() if pair[0] != pair[1]}


def files_of(session: TenantSession, *, actor: Actor, file_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The files that come along. Raises Invalid unless each is the actor's own, hangs on nothing and says what it shows."""
    if not file_ids:
        return {}
    found = loose_files(session, file_ids, actor.person_id)
    if set(found) != set(file_ids) or not set(found.values()) <= KINDS:
        raise Invalid(fields={"file_ids": "有附件不存在、已用于别处，或没有注明是整改前、整改后还是材料"})
    return found


def with_evidence(entry: Entry, attached: Mapping[UUID, str]) -> Entry:
    """The entry with its files counted: how many come along is known here, not told by a client."""
    counts: dict[EvidenceKind, int] = {}
    for purpose in attached.values():
        counts[EvidenceKind(purpose)] = counts.get(EvidenceKind(purpose), 0) + 1
    return replace(entry, evidence=counts)


def settle(
    case: Case, decisions: Sequence[Decision], entry: Entry, *, note: str = "", data: Mapping[str, Any] | None = None,
    tell: bool = True,
) -> Written:  # fmt: skip
    """Writes what was decided: numbers, row, timeline, audit, outbox. Call it after everything that may refuse.

    ``tell``: also a notice to whom it is escalated; a job that escalates many tells each person once.
    """
    numbers = _numbers(case, decisions)
    version = (case.hazard.version or 0) + 1
    at = case.state
    with case.session.no_autoflush:
        steps = []
        for decision in decisions:
            after = decision.after.with_facts(**numbers)
            apply(case.hazard, columns_of(case.pack.lifecycle, after))
            signed = signatures(decision, entry, person_id=case.actor.person_id, name=case.actor.name, now=case.now)
            apply(case.hazard, signed)
            apply(case.hazard, _escalations(case, _fired(decision)))
            changes = {} if decision.before is None else differences(told(case.pack, at), told(case.pack, after))
            steps.append((decision, changes))
            at = after
    save(case)
    for decision, changes in steps:
        add_event(
            case, kind=decision.kind, code=decision.code, label=decision.label, changes=changes, note=note,
            from_stage=decision.before.stage if decision.before else None, to_stage=decision.after.stage,
            canonical=str(decision.canonical), data={**(data or {}), **numbers, **_marks(decision)},
            topics=decision.topics + tuple("hazard.escalated" for _ in decision.escalations), version=version,
        )  # fmt: skip
    case.state = at
    if any(str(decision.canonical) in FINAL for decision in decisions):
        _void_requests(case)
    fired_now = [code for decision in decisions for code in _fired(decision)]
    if tell and fired_now:
        tell_addressees(case.session, pack=case.pack, row=case.hazard, codes=fired_now)
    case.session.flush()
    return written(case)


def _void_requests(case: Case) -> None:
    """A later limit that was asked for is no matter any more once the hazard is over."""
    case.session.execute(
        update(ExtensionRequest)
        .where(ExtensionRequest.hazard_id == case.hazard.id, ExtensionRequest.state == ASKED)
        .values(state=VOID, decided_at=case.now)
    )


def save(case: Case) -> None:
    """Flushes the row, whose version grows by one even if only something beside it changed."""
    hazard, session = case.hazard, case.session
    hazard.updated_at = case.now
    if hazard in session:
        flag_modified(hazard, "updated_at")
    else:
        session.add(hazard)
    session.flush()
    for file_id in case.attached:
        attach(session, actor=case.actor, file_id=file_id, subject_kind=SUBJECT, subject_id=hazard.id)


def add_event(
    case: Case, *, kind: str, code: str, label: str, changes: Changes, topics: Iterable[str], version: int, note: str = "",
    from_stage: str | None = None, to_stage: str | None = None, canonical: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Tells of one thing that happened to the hazard of this write; see :func:`core.hazards.services.timeline.tell`."""
    hazard = case.hazard
    files = [str(file_id) for file_id in case.attached]
    tell(
        case.session, actor=case.actor, post=post_title(case.actor, hazard.unit_id), at=case.now,
        subject=Subject(hazard.id, hazard.no, hazard.unit_id, hazard.domain, hazard.category, hazard.grade, version),
        what=Happening(
            kind, code, label, changes, tuple(topics), to_stage or hazard.stage, canonical or hazard.canonical, from_stage, note,
            {**(data or {}), **({"files": files} if files else {})},
        ),
    )  # fmt: skip


def written(case: Case) -> Written:
    hazard = case.hazard
    label = case.pack.lifecycle.stage(hazard.stage).label
    return Written(hazard.id, hazard.no, hazard.title, hazard.stage, label, hazard.canonical, hazard.version)


def apply(hazard: Hazard, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        if getattr(hazard, name) != value:
            setattr(hazard, name, value)


def _numbers(case: Case, decisions: Iterable[Decision]) -> dict[str, str]:
    wanted = {fact: numbering for decision in decisions for fact, numbering in decision.draws}
    code = unit_card(case.session, case.hazard.unit_id).code if wanted else ""
    return {
        str(fact): draw(
            case.session, numbering=case.pack.lifecycle.numbering(numbering), slug=case.pack.slug, unit_code=code,
            domain=case.hazard.domain, day=local_date(case.now),
        )
        for fact, numbering in sorted(wanted.items())
    }  # fmt: skip


def _escalations(case: Case, codes: Iterable[str]) -> dict[str, Any]:
    rules = [rule for code in codes for rule in case.pack.lifecycle.escalations if rule.code == code]
    if not rules:
        return {}
    new = [
        {"code": rule.code, "label": rule.label, "to": rule.to, "to_label": addressee(case.pack, rule.to),
         "list": rule.list_label, "at": case.now.isoformat()}
        for rule in rules
    ]  # fmt: skip
    return {"escalations": [*case.hazard.escalations, *new], "escalated_to": new[-1]["to_label"]}


def addressee(pack: Pack, code: str) -> str:
    """The label of a department, body or post."""
    named = (*pack.departments, *pack.bodies, *pack.posts)
    return next((own.label for own in named if own.code == code), code)


def _fired(decision: Decision) -> tuple[str, ...]:
    return (decision.code,) if decision.kind == "escalation" else decision.escalations


def _marks(decision: Decision) -> dict[str, Any]:
    """What a timeline entry says for those who read it later: escalations that fired with it, that it sent the work back."""
    marks: dict[str, Any] = {"escalations": list(decision.escalations)} if decision.escalations else {}
    return marks | ({"sent_back": True} if decision.sent_back else {})
