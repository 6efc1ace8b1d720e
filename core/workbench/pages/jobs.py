"""后台任务: what was ordered, how far it is, what became of it."""

from __future__ import annotations

from flask import render_template, url_for

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.forms import query
from core.http.paging import Paging
from core.http.words import said
from core.jobs.permissions import JobPermission
from core.workbench.job_words import title_of
from core.workbench.queries.jobs import JobCard, jobs_page
from core.workbench.schemas import JobArgs

bp = PageBlueprint("jobs", __name__, template_folder="../templates")


@bp.get("/jobs", signed_in=True)
def index() -> str:
    """One's own, or all for those who may see all."""
    context = current()
    args = query(JobArgs)
    paging = Paging.of(args)
    page = jobs_page(context.session, context.actor, paging=paging, kind=args["kind"], state=args["state"])
    return render_template(
        "workbench/jobs.html", page=page, jobs=[bar(card) for card in page.items], asked=args,
        everyone=context.actor.may(JobPermission.READ),
    )  # fmt: skip


def bar(card: JobCard) -> dict[str, object]:
    """What the progress macro draws and its script asks for."""
    return {
        "id": card.id, "title": title_of(card.kind), "state": card.state, "done": card.done, "total": card.total, "message": said(card.message),
        "url": url_for("api_jobs.one", job_id=card.id), "created_at": card.created_at, "finished_at": card.finished_at,
    }  # fmt: skip
