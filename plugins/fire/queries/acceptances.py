"""Acceptances as board, list, detail and other pages see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.sdk.domain import Coverage, NotFound, Page, Paging, TenantSession, closure_of, local_date
from plugins.fire.acceptance import RULES, STAGES, Limit, Stage, Step, limit, open_steps, tone
from plugins.fire.models import Acceptance, AcceptanceStep
from plugins.fire.queries.places import unit_names
from plugins.fire.variant import FireVariant
from plugins.fire.words import STATES


@dataclass(frozen=True)
class AcceptanceCard:
    """A building and how far it is. ``limit``: the district's date for it; ``tone``: the scale of time."""

    id: UUID
    unit_id: UUID
    unit_name: str
    building: str
    state: str
    stage: str
    path: str | None
    reason: str
    agency: str
    assessed_on: date | None
    plan: str
    planned_on: date | None
    plan_due_on: date | None
    rectified_on: date | None
    reassessed_on: date | None
    document_no: str
    document_on: date | None
    hazard_id: UUID | None
    version: int
    limit: Limit | None
    tone: str
    days_left: int | None

    @property
    def stage_title(self) -> str:
        return STAGES[Stage(self.stage)]

    @property
    def state_title(self) -> str:
        """A third party's pass report ends path B without making the building accepted."""
        if self.stage == Stage.DONE and self.state == "not_accepted":
            return "第三方评估合格"
        return STATES[self.state]

    def steps(self, variant: FireVariant) -> tuple[Step, ...]:
        """What can be done now."""
        return open_steps(self.stage, paths=variant.acceptance_paths)


@dataclass(frozen=True)
class StepLine:
    """A step that was taken."""

    at: datetime
    step: str
    title: str
    on: date
    note: str
    by_name: str


@dataclass(frozen=True)
class AcceptanceFilter:
    """None and empty: no matter. ``open``: only what is not done."""

    under: UUID | None = None
    stage: str | None = None
    state: str | None = None
    path: str | None = None
    open: bool = False
    text: str = ""


@dataclass(frozen=True)
class Progress:
    """How many buildings stand where. ``late``: path B past its hard date; ``warned``: others past the warning date."""

    stages: tuple[tuple[str, str, int, int, int], ...]
    """(code, title, path A, path B, without path)."""
    states: tuple[tuple[str, str, int], ...]
    """(code, title, buildings); path B's pass counts apart."""
    total: int
    done: int
    late: int
    warned: int

    @property
    def rows(self) -> list[list[str | int]]:
        """The table beside the chart."""
        return [[title, a, b, rest] for _, title, a, b, rest in self.stages]


SORTS = {"building": Acceptance.building, "stage": Acceptance.stage, "document_on": Acceptance.document_on}


def acceptances_page(
    session: TenantSession, coverage: Coverage, *, variant: FireVariant, filters: AcceptanceFilter, paging: Paging
) -> Page[AcceptanceCard]:
    """One page; open ones first. Three queries, whatever its length."""
    where = _conditions(coverage, filters)
    total = session.scalar(select(func.count()).select_from(Acceptance).where(*where)) or 0
    name = (paging.sort or "").removeprefix("-")
    ordered = SORTS[name].desc() if paging.sort and paging.sort.startswith("-") and name in SORTS else SORTS.get(name)
    first = (ordered,) if ordered is not None else (Acceptance.stage == Stage.DONE,)
    statement = (
        select(Acceptance).where(*where).order_by(*first, Acceptance.unit_id, Acceptance.building, Acceptance.id)
    )
    rows = session.scalars(statement.limit(paging.page_size).offset(paging.offset)).all()
    return Page(_cards(session, rows, variant), total, paging.page, paging.page_size)


def board(
    session: TenantSession, coverage: Coverage, *, variant: FireVariant, per_stage: int = 12
) -> dict[str, tuple[AcceptanceCard, ...]]:
    """Stage → its first cases, for the board. Two queries."""
    place = func.row_number().over(partition_by=Acceptance.stage, order_by=(Acceptance.unit_id, Acceptance.building))
    ranked = select(Acceptance.id, place.label("place")).where(
        coverage.filter(Acceptance.unit_id), Acceptance.stage != Stage.DONE
    )
    chosen = ranked.subquery()
    rows = session.scalars(
        select(Acceptance)
        .where(Acceptance.id.in_(select(chosen.c.id).where(chosen.c.place <= per_stage)))
        .order_by(Acceptance.unit_id, Acceptance.building)
    ).all()
    found: dict[str, list[AcceptanceCard]] = {}
    for card in _cards(session, rows, variant):
        found.setdefault(card.stage, []).append(card)
    return {stage: tuple(cards) for stage, cards in found.items()}


def acceptance(
    session: TenantSession, coverage: Coverage, acceptance_id: UUID, *, variant: FireVariant
) -> AcceptanceCard:
    """Raises NotFound, also for one out of reach. Two queries."""
    row = session.scalars(
        select(Acceptance).where(Acceptance.id == acceptance_id, coverage.filter(Acceptance.unit_id))
    ).first()
    if row is None:
        raise NotFound()
    return _cards(session, [row], variant)[0]


def steps_of(session: TenantSession, acceptance_id: UUID) -> tuple[StepLine, ...]:
    """Newest first. One query."""
    rows = session.execute(
        select(AcceptanceStep.at, AcceptanceStep.step, AcceptanceStep.on, AcceptanceStep.note, AcceptanceStep.by_name)
        .where(AcceptanceStep.acceptance_id == acceptance_id)
        .order_by(AcceptanceStep.at.desc(), AcceptanceStep.id.desc())
    )
    return tuple(StepLine(at, step, RULES[Step(step)].title, on, note, by) for at, step, on, note, by in rows)


def progress(session: TenantSession, coverage: Coverage, *, variant: FireVariant) -> Progress:
    """Counts by stage, path and state. One query."""
    today = local_date(session.now())
    rows = session.execute(
        select(Acceptance.stage, Acceptance.path, Acceptance.state, func.count())
        .where(coverage.filter(Acceptance.unit_id))
        .group_by(Acceptance.stage, Acceptance.path, Acceptance.state)
    ).all()
    paths: dict[tuple[str, str | None], int] = {}
    states: dict[str, int] = {}
    late = warned = 0
    for stage, path, state, number in rows:
        paths[stage, path] = paths.get((stage, path), 0) + number
        code = "passed" if stage == Stage.DONE and state == "not_accepted" else state
        states[code] = states.get(code, 0) + number
        found = limit(stage=stage, path=path, path_b_due=variant.path_b_due, path_a_warning=variant.path_a_warning)
        if found is not None and found.due_on < today:
            late, warned = (late + number, warned) if found.hard else (late, warned + number)
    titles = {**STATES, "passed": "第三方评估合格"}
    total = sum(states.values())
    return Progress(
        stages=tuple(
            (stage, title, paths.get((stage, "A"), 0), paths.get((stage, "B"), 0), paths.get((stage, None), 0))
            for stage, title in STAGES.items()
            if variant.acceptance_paths or stage in (Stage.REASON, Stage.PATH, Stage.DONE)
        ),
        states=tuple(
            (code, title, states.get(code, 0)) for code, title in titles.items() if states.get(code) or code != "passed"
        ),
        total=total,
        done=sum(number for (stage, _), number in paths.items() if stage == Stage.DONE),
        late=late,
        warned=warned,
    )


def open_ones(
    session: TenantSession, *, variant: FireVariant, unit_ids: Iterable[UUID], hazard_id: UUID | None = None
) -> tuple[AcceptanceCard, ...]:
    """Acceptances under way in these units; where one was registered as ``hazard_id``, only that. Two queries."""
    open_here = and_(Acceptance.stage != Stage.DONE, Acceptance.unit_id.in_(set(unit_ids)))
    wanted = or_(open_here, Acceptance.hazard_id == hazard_id) if hazard_id else open_here
    rows = session.scalars(select(Acceptance).where(wanted).order_by(Acceptance.building)).all()
    linked = [row for row in rows if hazard_id is not None and row.hazard_id == hazard_id]
    return _cards(session, [row for row in linked or rows if row.stage != Stage.DONE], variant)


def _conditions(coverage: Coverage, filters: AcceptanceFilter) -> list[ColumnElement[bool]]:
    where = [coverage.filter(Acceptance.unit_id)]
    if filters.under is not None:
        where.append(Acceptance.unit_id.in_(closure_of(filters.under)))
    if filters.stage:
        where.append(Acceptance.stage == filters.stage)
    if filters.state:
        where.append(Acceptance.state == filters.state)
    if filters.path:
        where.append(Acceptance.path == filters.path)
    if filters.open:
        where.append(Acceptance.stage != Stage.DONE)
    if filters.text:
        where.append(func.strpos(Acceptance.building, filters.text) > 0)
    return where


def _cards(session: TenantSession, rows: Iterable[Acceptance], variant: FireVariant) -> tuple[AcceptanceCard, ...]:
    today = local_date(session.now())
    found = list(rows)
    names = unit_names(session, (row.unit_id for row in found))
    return tuple(_card(row, names.get(row.unit_id, ""), variant, today) for row in found)


def _card(row: Acceptance, unit_name: str, variant: FireVariant, today: date) -> AcceptanceCard:
    due = limit(stage=row.stage, path=row.path, path_b_due=variant.path_b_due, path_a_warning=variant.path_a_warning)
    return AcceptanceCard(
        id=row.id, unit_id=row.unit_id, unit_name=unit_name, building=row.building, state=row.state, stage=row.stage,
        path=row.path, reason=row.reason, agency=row.agency, assessed_on=row.assessed_on, plan=row.plan,
        planned_on=row.planned_on, plan_due_on=row.plan_due_on, rectified_on=row.rectified_on,
        reassessed_on=row.reassessed_on, document_no=row.document_no, document_on=row.document_on,
        hazard_id=row.hazard_id, version=row.version, limit=due, tone=tone(due, today=today),
        days_left=None if due is None else (due.due_on - today).days,
    )  # fmt: skip
