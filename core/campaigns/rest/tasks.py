"""/api/v1/campaigns/tasks"""

from __future__ import annotations

from typing import Any

from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.board import TaskLine
from core.campaigns.queries.tasks import TaskPart, task_card, tasks_page
from core.campaigns.rest.blueprint import bp
from core.campaigns.schemas import (
    AssignIn,
    CodeSchema,
    LocalTaskIn,
    MadeSchema,
    PartIn,
    PartReasonIn,
    ReasonIn,
    ReportIn,
    TaskArgs,
    TaskPartSchema,
    TaskSchema,
    facts_in,
    filter_in,
)
from core.campaigns.services import planning, tasks
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Page, PageArgs, Paging, page_schema

READ, REPORT, SIGN = CampaignPermission.READ, CampaignPermission.REPORT, CampaignPermission.SIGN
WRITE = CampaignPermission.WRITE


@bp.get("/tasks", permission=READ)
@bp.arguments(TaskArgs, location="query")
@bp.response(200, page_schema(TaskSchema))
def list_tasks(args: dict[str, Any]) -> Page[TaskLine]:
    """The plan, row by row; rows that only say 同10月 stand as copies of the rows they name."""
    context = current()
    paging = Paging.of(args)
    return tasks_page(context.session, context.actor, filters=filter_in(args), paging=paging)


@bp.post("/tasks", permission=WRITE, creates=True)
@bp.arguments(LocalTaskIn)
@bp.response(201, CodeSchema)
def post_task(data: dict[str, Any]) -> dict[str, str]:
    """A task of the district's own."""
    context = current()
    return {"code": planning.add_task(context.session, actor=context.actor, facts=facts_in(data))}


@bp.get("/tasks/<task_code>", permission=READ)
@bp.response(200, TaskSchema)
def get_task(task_code: str) -> TaskLine:
    """One task."""
    context = current()
    return task_card(context.session, context.actor, task_code, paging=Paging(1, 1)).line


@bp.get("/tasks/<task_code>/parts", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(TaskPartSchema))
def list_parts(args: dict[str, Any], task_code: str) -> Page[TaskPart]:
    """Who has a part in the task, and how far each is; what is open first."""
    context = current()
    return task_card(context.session, context.actor, task_code, paging=Paging.of(args)).parts


@bp.post("/tasks/<task_code>/report", permission=REPORT, changes=True)
@bp.arguments(ReportIn)
@bp.response(200, MadeSchema)
def report(data: dict[str, Any], task_code: str) -> dict[str, Any]:
    """Says that a unit's part is done. If-Match: the version of the part, 0 before the first report."""
    context = current()
    made = tasks.report_task(context.session, actor=context.actor, code=task_code, version=expected_version(), **data)
    return {"id": made}


@bp.post("/tasks/<task_code>/sign", permission=SIGN, changes=True)
@bp.arguments(PartIn)
@bp.response(204)
def sign(data: dict[str, Any], task_code: str) -> None:
    """Another person signs what was reported."""
    context = current()
    tasks.sign_task(context.session, actor=context.actor, code=task_code, version=expected_version(), **data)


@bp.post("/tasks/<task_code>/return", permission=SIGN, changes=True)
@bp.arguments(PartReasonIn)
@bp.response(204)
def send_back(data: dict[str, Any], task_code: str) -> None:
    """Sends a report back with a reason."""
    context = current()
    tasks.return_task(context.session, actor=context.actor, code=task_code, version=expected_version(), **data)


@bp.post("/tasks/<task_code>/reopen", permission=WRITE, changes=True)
@bp.arguments(PartReasonIn)
@bp.response(204)
def reopen(data: dict[str, Any], task_code: str) -> None:
    """Opens a part again."""
    context = current()
    tasks.reopen_task(context.session, actor=context.actor, code=task_code, version=expected_version(), **data)


@bp.put("/tasks/<task_code>/departments", permission=WRITE)
@bp.arguments(AssignIn)
@bp.response(204)
def put_departments(data: dict[str, Any], task_code: str) -> None:
    """Says which departments answer for the task. If-Match: the version of ``assigned``, 0 before the first."""
    context = current()
    planning.assign(context.session, actor=context.actor, code=task_code, version=expected_version(), **data)


@bp.post("/tasks/<task_code>/withdraw", permission=WRITE, repeatable="a task that is withdrawn is not found again")
@bp.arguments(ReasonIn)
@bp.response(204)
def withdraw(data: dict[str, Any], task_code: str) -> None:
    """Takes a task of the district's own out of the plan."""
    context = current()
    planning.withdraw_task(context.session, actor=context.actor, code=task_code, **data)
