"""Keeps what was computed: a version for every sheet that says something new, all units in a few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from core.access.actor import Actor, Coverage
from core.assessment.frozen import Frozen
from core.assessment.models import AssessmentSheet, SheetVersion
from core.assessment.queries.figures import assessed_units, facts_of, figures_of
from core.assessment.score import score
from core.assessment.sheet import Content, content_of, digest
from core.assessment.sources import Facts
from core.assessment.words import CLOSED, COMPUTED, EXEMPTED, SCOPE
from core.db.gathering import insert_rows
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.clock import local_date
from core.kernel.ids import new_id
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.tenancy.packs.model import Pack

BATCH = 200
"""So many units are read at once: few statements, and a bar that moves."""


@dataclass(frozen=True)
class Kept:
    """``changed``: sheets that say something new; ``left``: units that were found to be assessed no longer."""

    changed: int
    left: int


def computed(
    session: TenantSession, plugins: Plugins, *, pack: Pack, frozen: Frozen, span: Span, progress: Callable[[int, int], None] | None = None
) -> dict[UUID, Content]:  # fmt: skip
    """Unit → what its sheet says by today's facts; every unit that the scheme assesses. Reads only; ``progress(done, total)`` may
    commit."""
    indicators = tuple(frozen.indicators.values())
    units = assessed_units(session, pack, frozen.scheme, indicators, span=span)
    found: dict[UUID, Content] = {}
    for start in range(0, len(units), BATCH):
        if progress is not None:
            progress(start, len(units))
        found |= _batch(session, plugins, pack, frozen, span, units[start : start + BATCH])
    if progress is not None:
        progress(len(units), len(units))
    return found


def _batch(
    session: TenantSession, plugins: Plugins, pack: Pack, frozen: Frozen, span: Span, units: Iterable[UUID]
) -> dict[UUID, Content]:
    asked: dict[str, Any] = {
        "indicators": tuple(frozen.indicators.values()), "span": span, "coverage": Coverage(frozenset(units)),
    }  # fmt: skip
    figures = figures_of(session, plugins, pack, **asked)
    facts = facts_of(session, plugins, pack, **asked)
    meant = {code: frozenset(whose) for code, whose in figures.meant.items()}
    found = {}
    for unit in figures.units:
        foreign = [code for code, whose in meant.items() if unit.id not in whose]
        result = score(frozen.scheme, frozen.indicators, figures.of(unit.id), figures.then(unit.id), foreign)
        mine = {code: facts.get((code, unit.id), Facts(0, ())) for code in frozen.indicators}
        vetoes = {veto.code: mine[veto.indicator] for veto in frozen.scheme.vetoes}
        found[unit.id] = content_of(result, mine, vetoes)
    return found


def keep_sheets(
    session: TenantSession, *, actor: Actor, round_id: UUID, frozen: Frozen, span: Span, found: Mapping[UUID, Content]
) -> Kept:
    """Of a unit that is not in ``found`` the sheet stays as it is, marked; so does that of an exempted one. The caller holds the lock
    of the round."""
    before = _latest(session, round_id)
    sheets, versions = [], []
    for unit_id, content in found.items():
        data, result = content.to_json(), content.score(frozen.scheme)
        sheet, kept = before.get(unit_id, (None, ""))
        if sheet is not None and sheet.left_why == EXEMPTED:
            continue
        if sheet is not None and sheet.left_on is not None:
            sheet.left_on, sheet.left_why = None, ""  # back again
        if kept == digest(data):
            continue
        words: dict[str, Any] = {
            "latest_no": sheet.latest_no + 1 if sheet else 1, "points": result.points, "grade": result.grade, "vetoed": bool(result.vetoes),
            "unknown": content.unknown,
        }  # fmt: skip
        sheet_id = sheet.id if sheet else new_id()
        if sheet is None:
            sheets.append(
                {"tenant_id": session.tenant_id, "id": sheet_id, "round_id": round_id, "unit_id": unit_id, **words}
            )
        for name, value in words.items() if sheet else ():
            setattr(sheet, name, value)
        versions.append(
            {
                "tenant_id": session.tenant_id, "id": new_id(), "sheet_id": sheet_id, "no": words["latest_no"], "kind": COMPUTED, "points": result.points, "content": data,
                "reason": "", "made_at": session.now(), "made_by": actor.person_id, "made_by_name": actor.name,
            }
        )  # fmt: skip
    insert_rows(session, AssessmentSheet, sheets)
    insert_rows(session, SheetVersion, versions)
    gone = [sheet for unit_id, (sheet, _) in before.items() if unit_id not in found and sheet.left_on is None]
    _mark(session, gone, span=span)
    return Kept(len(versions), len(gone))


def _mark(session: TenantSession, gone: list[AssessmentSheet], *, span: Span) -> None:
    """不再参评, with the day and why."""
    closed: dict[UUID, date] = {}
    if gone:
        ended = select(OrgUnit.id, OrgUnit.valid_to).where(
            OrgUnit.id.in_([sheet.unit_id for sheet in gone]), OrgUnit.valid_to < span.ends
        )
        closed = {row.id: row.valid_to for row in session.execute(ended)}
    for sheet in gone:
        day = closed.get(sheet.unit_id)
        sheet.left_on, sheet.left_why = (day, CLOSED) if day else (local_date(session.now()), SCOPE)


def _latest(session: TenantSession, round_id: UUID) -> dict[UUID, tuple[AssessmentSheet, str]]:
    """Unit → (its sheet, digest of the latest version)."""
    latest = and_(SheetVersion.sheet_id == AssessmentSheet.id, SheetVersion.no == AssessmentSheet.latest_no)
    rows = session.execute(
        select(AssessmentSheet, SheetVersion.content)
        .join(SheetVersion, latest)
        .where(AssessmentSheet.round_id == round_id)
    )
    return {sheet.unit_id: (sheet, digest(content)) for sheet, content in rows}
