"""What comes in and goes out of requests for a later limit, shared by forms and REST."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core.hazards.extensions.models import STATES
from core.hazards.schemas import day, words
from core.http.paging import Attributes


class AskExtensionIn(Schema):
    """``until``: the day asked for."""

    until = day(required=True)
    reason = words(required=True, error_messages={"required": "请写明为什么不能按期完成"})


class DecideExtensionIn(Schema):
    """``until``: another day than was asked for; ``note``: why not, where it is refused."""

    granted = fields.Boolean(required=True, error_messages={"required": "请选择同意或不同意"})
    until = day(load_default=None, allow_none=True)
    note = words(load_default="")

    @validates_schema
    def _said_why(self, data: dict[str, Any], **_: Any) -> None:
        if not data.get("granted", True) and not data.get("note", "").strip():
            raise ValidationError("请写明为什么不同意", "note")


class PaperArgs(Schema):
    no = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=1000))
    """Which request of the hazard; none: the newest."""


class ExtensionSchema(Attributes):
    """One request."""

    no = fields.Integer(required=True)
    due_on = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    asked_at = fields.AwareDateTime(required=True)
    asked_by_name = fields.String(required=True)
    asked_post = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by_name = fields.String(required=True)
    granted_until = fields.Date(required=True, allow_none=True)
    note = fields.String(required=True)
