"""Whom an order of supervision names: a short list, and a search where a district has more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import render_template, request

from core.hazards.pages.blueprint import bp
from core.hazards.permissions import HazardPermission
from core.hazards.queries import Supervisor, hazard_card, supervisors
from core.http.context import RequestContext, current
from core.http.words import said
from core.tenancy.packs.model import Pack
from core.tenancy.shelf import pack_of

MOST = 20
"""So many stand in the list; whoever is further down is found by name, unit or post."""
LONGEST = 60


@bp.get("/hazards/<uuid:hazard_id>/supervisors", permission=HazardPermission.SUPERVISE)
def find_supervisors(hazard_id: UUID) -> str:
    """The options of the list, for what was typed."""
    context = current()
    pack = pack_of(context.session)
    hazard_card(context.session, context.actor, pack, hazard_id)
    found = supervisors(context.session, pack, text=request.args.get("text", "")[:LONGEST], most=MOST)
    return render_template("hazards/_supervisors.html", options=_options(found))


def supervisor_choices(context: RequestContext, pack: Pack, *, wanted: bool, chosen: str) -> dict[str, Any]:
    """For the form. ``chosen``: who was asked for in a form that is shown again; stays in the list."""
    if not wanted:
        return {"supervisors": [], "more_supervisors": 0}
    found = supervisors(context.session, pack, most=MOST + 1)
    shown = list(found[:MOST])
    try:
        person_id = UUID(chosen)
    except ValueError:
        person_id = None
    if person_id is not None and person_id not in {own.id for own in shown}:
        shown = [*supervisors(context.session, pack, person_id=person_id), *shown]
    return {"supervisors": _options(shown), "more_supervisors": MOST if len(found) > MOST else 0}


def _options(found: Iterable[Supervisor]) -> list[tuple[str, str]]:
    return [(str(own.id), f"{own.name}（{own.unit_name} {said(own.title)}）") for own in found]
