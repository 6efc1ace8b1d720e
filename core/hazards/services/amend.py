"""Corrects what was told of a hazard; the stage and everything that a move asks for stay with the moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.catalogue import catalogue_of
from core.hazards.permissions import HazardPermission
from core.hazards.services.writing import Case, Written, add_event, locked, save, written
from core.hazards.telling import differences
from core.hooks.manager import Plugins
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid, Refused
from core.orgs.queries import unit_card
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Canonical
from core.tenancy.switches import serving, switches

FIELDS = ("title", "description", "place", "domain", "category", "source_note", "clauses")
REQUIRED = ("title", "description", "place")


def amend_hazard(
    session: TenantSession, *, actor: Actor, pack: Pack, plugins: Plugins, plugins_on: Iterable[str], hazard_id: UUID,
    version: int | None, changes: Mapping[str, Any],
) -> Written:  # fmt: skip
    """``changes``: any of FIELDS. The reporter may until it is registered, the ledger keeper until it is closed.

    Raises NotFound, Stale, Invalid, Forbidden, Refused.
    """
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version)
    _refuse(case)
    wanted = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items() if name in FIELDS
    }
    empty = {name: "不能为空" for name in REQUIRED if name in wanted and not wanted[name]}
    if empty:
        raise Invalid(fields=empty)
    hazard = case.hazard
    if "domain" in wanted and wanted["domain"] != hazard.domain:
        wanted.setdefault("category", None)
    if {"domain", "category"} & wanted.keys():
        stages = unit_card(session, hazard.unit_id).school_stages
        meant = serving(frozenset(plugins_on), switches(session), stages)
        known = catalogue_of(pack, plugins, meant, today=local_date(case.now))
        known.require(wanted.get("domain", hazard.domain), wanted.get("category", hazard.category))
    before = {name: _text(getattr(hazard, name)) for name in wanted}
    for name, value in wanted.items():
        setattr(hazard, name, list(value) if name == "clauses" else value)
    told = differences(before, {name: _text(value) for name, value in wanted.items()})
    if not told:
        return written(case)
    save(case)
    add_event(
        case, kind="amend", code="amend", label="修改", changes=told, topics=("hazard.amended",), version=hazard.version
    )
    session.flush()
    return written(case)


def _refuse(case: Case) -> None:
    canonical = case.pack.lifecycle.canonical(case.hazard.stage)
    if canonical.final:
        raise Refused("已经办结，不能再修改")
    reporter = case.actor.person_id is not None and case.actor.person_id == case.hazard.found_by
    if reporter and canonical is Canonical.DISCOVERED:
        return
    if not case.actor.may(HazardPermission.REGISTER, case.hazard.unit_id):
        raise Forbidden("登记以后由台账专人修改")


def _text(value: object) -> str | None:
    if isinstance(value, (list, tuple)):
        return "、".join(value) or None
    return str(value) if value not in (None, "") else None
