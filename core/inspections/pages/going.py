"""检查执行: the phone's page, which works without network, and the service worker that keeps it."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, render_template, url_for

from core.http.context import current
from core.http.offline import kept
from core.http.templating import STATIC
from core.inspections.pages.blueprint import bp
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.work import work_of
from core.inspections.requests import work_json
from core.inspections.schemas import WorkSchema
from core.inspections.words import OWN_KINDS

MODULES = ("offline/store", "offline/queue", "offline/shrink", "offline/signing")


@bp.get("/inspections/visits/<uuid:visit_id>/go", permission=InspectionPermission.CONDUCT)
def go(visit_id: UUID) -> str:
    """Names nobody but the reader: what stands here is kept on the phone."""
    context = current()
    work = work_of(context.session, context.actor, visit_id)
    scope = f"{context.tenant.id}.{context.actor.person_id}"
    base = f"/api/v1/inspections/visits/{visit_id}"
    settings = {
        "scope": scope, "visit": str(visit_id), "base": base, "keep": kept(url_for("inspections.go", visit_id=visit_id), styles=("css/visit.css",), scripts=("visit",), modules=MODULES),
        "own": work.kind in OWN_KINDS, "done": url_for("inspections.visit", visit_id=visit_id),
        "maxBytes": context.runtime.settings.upload_max_mb * 1024 * 1024,
    }  # fmt: skip
    return render_template(
        "inspections/go.html", work=work, settings=settings, state=WorkSchema().dump(work_json(context, work)),
        earlier={own.item: own for own in work.earlier},
    )  # fmt: skip


@bp.get("/sw.js", public="the service worker holds no data")
def service_worker() -> Response:
    """At the root, so that it may keep pages of this site; never cached itself, so that it can be replaced."""
    response = make_response((STATIC / "js" / "sw.js").read_bytes())
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response
