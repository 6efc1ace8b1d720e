"""/api/v1/dossier. The folder itself is an export of the kind ``dossier``: POST /api/v1/exports."""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow import Schema, fields

from core.hazards.permissions import HazardPermission
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.words import said
from core.tenancy.shelf import pack_of
from core.workbench.dossier.asking import DossierArgs, asked_of
from core.workbench.dossier.queries import dossier
from core.workbench.dossier.shapes import Part

bp = ApiBlueprint(
    "dossier", __name__, url_prefix="/api/v1/dossier", description="Inspection dossier: what there is, what is missing"
)


class DossierPartSchema(Schema):
    """``page``: where its rows are."""

    title = fields.String()
    count = fields.Integer()
    note = fields.String()
    page = fields.String()


class DossierSchema(Schema):
    """``gaps``: what is really missing; ``parts``: what is there, also where it is nothing."""

    campaign = fields.String()
    since = fields.Date()
    until = fields.Date()
    unit_id = fields.UUID(allow_none=True)
    gaps = fields.List(fields.Nested(DossierPartSchema))
    parts = fields.List(fields.Nested(DossierPartSchema))


@bp.get("", permission=HazardPermission.READ)
@bp.arguments(DossierArgs, location="query")
@bp.response(200, DossierSchema)
def index(args: dict[str, Any]) -> dict[str, Any]:
    """The index of a campaign and a span of days, each part counted by the right of its own list."""
    context = current()
    pack = pack_of(context.session)
    asked, _campaign = asked_of(context.session, context.actor, pack, args)
    found = dossier(context.session, context.actor, pack, context.runtime.plugins, asked=asked)
    return {**vars(asked), "gaps": [_line(own) for own in found.gaps], "parts": [_line(own) for own in found.parts]}


def _line(part: Part) -> dict[str, Any]:
    page = url_for(part.endpoint, **dict(part.args))  # type: ignore[arg-type]  # arguments of a list are texts
    return {"title": said(part.title), "count": part.count, "note": said(part.note), "page": page}
