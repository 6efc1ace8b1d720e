"""迎检: the page with what is missing first, and its cover."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from flask import Response, render_template, send_file
from marshmallow import Schema, fields, validate

from core.files.storage import storage_of
from core.hazards.paper import DOCX
from core.hazards.permissions import HazardPermission
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.forms import query
from core.kernel.errors import Invalid, NotFound
from core.orgs.queries import unit_card, unit_options
from core.papers.queries.templates import template_bytes
from core.tenancy.packs.model import Campaign
from core.tenancy.shelf import pack_of
from core.workbench.dossier.paper import cover_docx
from core.workbench.dossier.paper_kinds import COVER
from core.workbench.dossier.queries import dossier
from core.workbench.dossier.shapes import Asked

bp = PageBlueprint("dossier", __name__, template_folder="../templates")
YEAR = timedelta(days=365)
MOST = 3 * YEAR
"""A campaign of three years is one dossier; the calendar of obligations is not counted for longer."""


class DossierArgs(Schema):
    campaign = fields.String(load_default="", validate=validate.Length(max=80))
    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)
    unit_id = fields.UUID(load_default=None, allow_none=True)


@bp.get("/dossier", permission=HazardPermission.READ)
def index() -> str:
    context = current()
    asked, campaign = _asked(context)
    pack = pack_of(context.session)
    coverage = context.actor.coverage(HazardPermission.READ)
    return render_template(
        "workbench/dossier.html", asked=asked, campaign=campaign,
        found=dossier(context.session, context.actor, pack, context.runtime.plugins, asked=asked),
        campaigns=[(own.code, own.label) for own in pack.campaigns],
        units=[(str(unit.id), unit.name) for unit in unit_options(context.session, coverage)],
    )  # fmt: skip


@bp.get("/dossier/cover.docx", permission=HazardPermission.READ, exports=True)
def cover() -> Response:
    """台账封面与目录 of the same question."""
    context = current()
    asked, campaign = _asked(context)
    pack = pack_of(context.session)
    found = dossier(context.session, context.actor, pack, context.runtime.plugins, asked=asked)
    template, _own = template_bytes(context.session, storage_of(context.runtime.settings), COVER)
    unit = unit_card(context.session, asked.unit_id).name if asked.unit_id else context.tenant.name
    content = cover_docx(
        template, gaps=found.gaps, parts=found.parts, campaign=campaign.label if campaign else context.tenant.name, unit=unit,
        since=asked.since, until=asked.until, made_by=context.actor.name, made_on=context.today,
    )  # fmt: skip
    name = f"{unit}-迎检材料目录-{context.today:%Y%m%d}.docx"
    return send_file(io.BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)


def _asked(context: RequestContext) -> tuple[Asked, Campaign | None]:
    """The campaign under way up to today, unless others are chosen. Raises Invalid, NotFound for a unit out of reach."""
    args: dict[str, Any] = query(DossierArgs)
    campaigns = {own.code: own for own in pack_of(context.session).campaigns}
    under_way = [own for own in campaigns.values() if not own.within and own.starts <= context.today <= own.ends]
    campaign = campaigns.get(args["campaign"]) or next(iter([*under_way, *campaigns.values()]), None)
    starts = campaign.starts if campaign else context.today - YEAR
    ends = min(campaign.ends, context.today) if campaign else context.today
    since = args["since"] or min(starts, context.today)
    until = args["until"] or max(ends, since)
    if until < since:
        raise Invalid(fields={"until": "不能早于开始日期"})
    if until - since > MOST:
        raise Invalid(fields={"since": "一次最多三年，请缩短日期"})
    if args["unit_id"] is not None and not context.actor.may(HazardPermission.READ, args["unit_id"]):
        raise NotFound()
    return Asked(campaign.code if campaign else "", since, until, args["unit_id"]), campaign
