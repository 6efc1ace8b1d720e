"""Queries and answers of the workbench, shared by pages and REST."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from core.audit.models import ACTOR_KINDS
from core.audit.queries import AuditFilter
from core.http.paging import PageArgs
from core.kernel.clock import start_of_day


class TodoSchema(Schema):
    """One sort of things that wait. ``page``: a path of this installation."""

    title = fields.String(required=True)
    count = fields.Integer(required=True)
    tone = fields.String(required=True, validate=validate.OneOf(["normal", "soon", "overdue"]))
    hint = fields.String(required=True)
    page = fields.String(required=True)


class JobArgs(PageArgs):
    """Filters of the list of jobs."""

    kind = fields.String(load_default=None, validate=validate.Length(max=80))
    state = fields.String(load_default=None, validate=validate.OneOf(["", "queued", "running", "done", "failed"]))


class JobSchema(Schema):
    """A piece of work and how far it is; the progress bar of pages reads the same."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String()
    state = fields.String(required=True, validate=validate.OneOf(["queued", "running", "done", "failed"]))
    done = fields.Integer(required=True)
    total = fields.Integer(allow_none=True)
    message = fields.String()
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    result_url = fields.String(allow_none=True)


class AuditArgs(PageArgs):
    """Filters of the audit log; all given ones hold together."""

    action = fields.String(
        load_default=None, validate=validate.Length(max=80), metadata={"description": "hazard.closed, or hazard.*"}
    )
    object_kind = fields.String(load_default=None, validate=validate.Length(max=40))
    object_id = fields.String(load_default=None, validate=validate.Length(max=80))
    actor_id = fields.UUID(load_default=None, allow_none=True)
    actor = fields.String(
        load_default=None, validate=validate.Length(max=100), metadata={"description": "somebody's whole name or login"}
    )
    since = fields.Date(load_default=None, allow_none=True, metadata={"description": "first day, Asia/Shanghai"})
    until = fields.Date(load_default=None, allow_none=True, metadata={"description": "last day, Asia/Shanghai"})


def where_of(args: Mapping[str, Any]) -> AuditFilter:
    """Loaded ``AuditArgs`` as the query wants them: days become instants, the last day included."""
    since: date | None = args["since"]
    until: date | None = args["until"]
    return AuditFilter(
        action=args["action"], object_kind=args["object_kind"], object_id=args["object_id"], actor_id=args["actor_id"],
        since=start_of_day(since) if since else None, until=start_of_day(until + timedelta(days=1)) if until else None,
    )  # fmt: skip


class AuditEntrySchema(Schema):
    """One entry. ``sealed``: its place in the chain, null while it waits. ``*_title``: in the reader's language."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    actor_kind = fields.String(required=True, validate=validate.OneOf(ACTOR_KINDS))
    actor_id = fields.UUID(allow_none=True)
    actor_name = fields.String(required=True)
    action = fields.String(required=True)
    action_title = fields.String(required=True)
    object_kind = fields.String(required=True)
    object_title = fields.String(required=True)
    object_id = fields.String(required=True)
    data = fields.Dict(required=True)
    request_id = fields.String(allow_none=True)
    origin = fields.String(allow_none=True, metadata={"description": "network address; null for jobs and commands"})
    sealed = fields.Integer(allow_none=True)


class NoticeArgs(PageArgs):
    """Filters of the inbox."""

    unread = fields.Boolean(load_default=False)


class NoticeSchema(Schema):
    """One notice; ``link`` is a path of this installation."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    body = fields.String()
    link = fields.String()
    read_at = fields.AwareDateTime(allow_none=True)
