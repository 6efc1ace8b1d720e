"""What comes in and goes out, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

TEXT = validate.Regexp(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*$", error="含有不能使用的字符")
"""No control characters, no halves of characters: a database text cannot hold some of them."""


def line(*, most: int, least: int = 1, **options: object) -> fields.String:
    """One line of text."""
    return fields.String(
        validate=[validate.Length(min=least or None, max=most), TEXT],
        error_messages={"required": "请填写", "null": "请填写", "invalid": "请填写文字"},
        **options,  # type: ignore[arg-type]  # marshmallow's own options
    )


class SignInSchema(Schema):
    tenant = line(most=100, required=True)
    login = line(most=64, required=True)
    password = line(most=1000, required=True)
    next = line(most=2000, least=0, load_default="")


class PasswordSchema(Schema):
    current = line(most=1000, required=True)
    new = line(most=1000, required=True)
    again = line(most=1000, load_default=None)
    """Asked for on the page only, against slips."""
    keep_tokens = fields.Boolean(load_default=False)
    """Whoever learnt the password may have made tokens with it: they end too, unless their owner says otherwise."""


class LinkSchema(Schema):
    tenant = line(most=100, required=True)
    login = line(most=64, required=True)
    password = line(most=1000, required=True)


class TokenInSchema(Schema):
    name = line(most=60, required=True)
    permissions = fields.List(
        line(most=80), required=True, validate=validate.Length(min=1, max=200, error="至少选择一项")
    )
    days = fields.Integer(load_default=90, validate=validate.Range(min=1, max=366, error="1到366天"))


class TokenSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    permissions = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    live = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class NewTokenSchema(Schema):
    id = fields.UUID(required=True)
    value = fields.String(required=True, metadata={"description": "shown once; what programs send as Bearer token"})


class SessionSchema(Schema):
    id = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    ip = fields.String(required=True)
    user_agent = fields.String(required=True)
    current = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class GrantSchema(Schema):
    post_id = fields.UUID(required=True, allow_none=True)
    post_code = fields.String(required=True)
    post_title = fields.String(required=True)
    home_unit_id = fields.UUID(required=True, allow_none=True)
    scope = fields.String(required=True)
    permissions = fields.List(fields.String(), required=True)


class MeSchema(Schema):
    kind = fields.String(required=True, metadata={"description": "person or token"})
    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)
    tenant_id = fields.Integer(required=True)
    tenant_slug = fields.String(required=True)
    tenant_name = fields.String(required=True)
    grants = fields.List(fields.Nested(GrantSchema), required=True)
