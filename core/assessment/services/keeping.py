"""Keeps what was computed: a version for every sheet that says something new, all units in a few statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from core.access.actor import Actor
from core.assessment.frozen import Frozen
from core.assessment.models import AssessmentSheet, SheetVersion
from core.assessment.queries.figures import facts_of, figures_of
from core.assessment.score import score
from core.assessment.sheet import Content, content_of, digest
from core.assessment.sources import Facts
from core.assessment.words import COMPUTED
from core.db.gathering import insert_rows
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.ids import new_id
from core.kernel.schoolyear import Span
from core.tenancy.packs.model import Pack
from core.tenancy.packs.owed import who_types


def keep_sheets(
    session: TenantSession, plugins: Plugins, *, actor: Actor, pack: Pack, round_id: UUID, frozen: Frozen, span: Span
) -> int:
    """How many sheets say something new. The caller holds the lock of the round."""
    found = computed(session, plugins, pack=pack, frozen=frozen, span=span)
    before = _latest(session, round_id)
    sheets, versions = [], []
    for unit_id, content in found.items():
        data, result = content.to_json(), content.score(frozen.scheme)
        sheet, kept = before.get(unit_id, (None, ""))
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
    return len(versions)


def computed(
    session: TenantSession, plugins: Plugins, *, pack: Pack, frozen: Frozen, span: Span
) -> dict[UUID, Content]:
    """Unit → what its sheet says by today's facts; every unit that the scheme assesses. Read only."""
    indicators = tuple(frozen.indicators.values())
    figures = figures_of(session, plugins, pack, indicators=indicators, span=span)
    facts = facts_of(session, plugins, pack, indicators=indicators, span=span)
    types = set(who_types(pack, frozen.scheme.who))
    found = {}
    for unit in figures.units:
        if unit.org_type not in types:
            continue
        result = score(frozen.scheme, frozen.indicators, figures.of(unit.id), figures.then(unit.id))
        mine = {code: facts.get((code, unit.id), Facts(0, ())) for code in frozen.indicators}
        vetoes = {veto.code: mine[veto.indicator] for veto in frozen.scheme.vetoes}
        found[unit.id] = content_of(result, mine, vetoes)
    return found


def _latest(session: TenantSession, round_id: UUID) -> dict[UUID, tuple[AssessmentSheet, str]]:
    """Unit → (its sheet, digest of the latest version)."""
    latest = and_(SheetVersion.sheet_id == AssessmentSheet.id, SheetVersion.no == AssessmentSheet.latest_no)
    rows = session.execute(
        select(AssessmentSheet, SheetVersion.content)
        .join(SheetVersion, latest)
        .where(AssessmentSheet.round_id == round_id)
    )
    return {sheet.unit_id: (sheet, digest(content)) for sheet, content in rows}
