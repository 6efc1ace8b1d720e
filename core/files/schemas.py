"""Attachments as REST and forms read and write them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

PURPOSE = validate.Regexp(r"[a-z][a-z_]{0,39}\Z", error="请填写用途代码，如 before、after、document")


class UploadSchema(Schema):
    """The form fields beside the part ``file``."""

    purpose = fields.String(required=True, validate=PURPOSE, metadata={"description": "before, after, document …"})
    occurred_at = fields.AwareDateTime(
        load_default=None, allow_none=True, metadata={"description": "when it was taken; else as the camera says"}
    )


class FileSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "bytes"})
    sha256 = fields.String(required=True)
    purpose = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True, allow_none=True)
    uploaded_at = fields.AwareDateTime(required=True)
    uploaded_by = fields.UUID(required=True, allow_none=True)
    subject_kind = fields.String(required=True, allow_none=True)
    subject_id = fields.UUID(required=True, allow_none=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    kept = fields.Boolean(required=True, metadata={"description": "false: the bytes are gone"})
