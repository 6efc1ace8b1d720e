"""迎检: the page with what is missing first, and its cover."""

from __future__ import annotations

import io

from flask import Response, render_template, send_file

from core.files.storage import storage_of
from core.hazards.paper import DOCX
from core.hazards.permissions import HazardPermission
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.forms import query
from core.orgs.queries import unit_card, unit_options
from core.tenancy.packs.model import Campaign
from core.tenancy.shelf import pack_of
from core.workbench.dossier.asking import DossierArgs, asked_of
from core.workbench.dossier.folder import cover_of
from core.workbench.dossier.queries import dossier
from core.workbench.dossier.shapes import Asked

bp = PageBlueprint("dossier", __name__, template_folder="../templates")


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
        may_export=context.actor.may(HazardPermission.EXPORT),
    )  # fmt: skip


@bp.get("/dossier/cover.docx", permission=HazardPermission.READ, exports=True)
def cover() -> Response:
    """台账封面与目录 of the same question."""
    context = current()
    asked, campaign = _asked(context)
    pack = pack_of(context.session)
    found = dossier(context.session, context.actor, pack, context.runtime.plugins, asked=asked)
    unit = unit_card(context.session, asked.unit_id).name if asked.unit_id else context.tenant.name
    content = cover_of(
        context.session, storage_of(context.runtime.settings), found, asked, label=campaign.label if campaign else context.tenant.name,
        unit=unit, made_by=context.actor.name,
    )  # fmt: skip
    name = f"{unit}-迎检材料目录-{context.today:%Y%m%d}.docx"
    return send_file(io.BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)


def _asked(context: RequestContext) -> tuple[Asked, Campaign | None]:
    return asked_of(context.session, context.actor, pack_of(context.session), query(DossierArgs))
