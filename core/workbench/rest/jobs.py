"""/api/v1/jobs"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, Paging, page_schema
from core.workbench.job_words import title_of
from core.workbench.queries.jobs import JobCard, job_card, jobs_page
from core.workbench.schemas import JobArgs, JobSchema

bp = ApiBlueprint("jobs", __name__, url_prefix="/api/v1/jobs", description="Long work and its progress")


@bp.get("", signed_in=True)
@bp.arguments(JobArgs, location="query")
@bp.response(200, page_schema(JobSchema))
def index(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """Jobs that you ordered; all of the tenant's with job:run:read."""
    context = current()
    paging = Paging.of(args)
    page = jobs_page(context.session, context.actor, paging=paging, kind=args["kind"], state=args["state"])
    return Page(tuple(_told(card) for card in page.items), page.total, page.page, page.page_size)


@bp.get("/<uuid:job_id>", signed_in=True)
@bp.response(200, JobSchema)
def one(job_id: UUID) -> dict[str, Any]:
    """One job; ask again until it is done or failed."""
    context = current()
    return _told(job_card(context.session, context.actor, job_id))


def _told(card: JobCard) -> dict[str, Any]:
    link = (card.result or {}).get("url")
    return {**asdict(card), "title": title_of(card.kind), "result_url": link if isinstance(link, str) else None}
