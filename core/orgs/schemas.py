"""What comes in and goes out of units, posts and people, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.http.paging import PageArgs
from core.identity.schemas import line
from core.orgs.models.units import CLUSTER, DEPARTMENT, GROUP, KINDS
from core.tenancy.packs.model import SchoolStage

DAY = {"invalid": "请填写日期，如2020-09-01"}
STAGES = tuple(str(stage) for stage in SchoolStage)


def _day(**options: object) -> fields.Date:
    return fields.Date(error_messages=DAY, **options)  # type: ignore[arg-type]  # marshmallow's own options


def _count() -> fields.Integer:
    return fields.Integer(allow_none=True, validate=validate.Range(min=0, max=1_000_000, error="0到1000000的整数"))


class UnitArgs(PageArgs):
    """Sort: name, code, kind, student_count, staff_count, valid_from."""

    text = line(most=60, load_default="")
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(KINDS))
    stage = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STAGES))
    ownership = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("public", "private")))
    under = fields.UUID(load_default=None, allow_none=True)
    state = fields.String(load_default="open", validate=validate.OneOf(("open", "closed", "all")))


class UnitFactsSchema(Schema):
    """What a unit itself is."""

    code = line(most=40)
    name = line(most=80)
    short_name = line(most=40, least=0)
    kind = fields.String(validate=validate.OneOf(KINDS, error="请从列表中选择"))
    org_type = fields.String(allow_none=True, validate=validate.Length(max=40))
    stages = fields.List(
        fields.String(validate=validate.OneOf(STAGES, error="请从列表中选择")), validate=validate.Length(max=6)
    )
    ownership = fields.String(allow_none=True, validate=validate.OneOf(("public", "private"), error="公办或民办"))
    student_count = _count()
    staff_count = _count()
    address = line(most=200, least=0)
    valid_from = _day()


class UnitInSchema(UnitFactsSchema):
    code = line(most=40, required=True)
    name = line(most=80, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error="请从列表中选择"))
    parent_id = fields.UUID(required=True)
    clusters = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))


class UnitSchema(UnitFactsSchema):
    id = fields.UUID(required=True)
    parent_id = fields.UUID(required=True, allow_none=True)
    parent_name = fields.String(required=True, allow_none=True)
    cluster_name = fields.String(required=True, allow_none=True)
    valid_to = _day(required=True, allow_none=True)
    version = fields.Integer(required=True)


class MoveSchema(Schema):
    parent_id = fields.UUID(required=True)
    on = _day(load_default=None)
    """Today unless said."""


class SupervisorsSchema(Schema):
    supervisors = fields.List(fields.UUID(), required=True, validate=validate.Length(max=20))
    tree = fields.String(load_default=CLUSTER, validate=validate.OneOf((CLUSTER, GROUP, DEPARTMENT)))
    on = _day(load_default=None)


class CloseSchema(Schema):
    last_day = _day(required=True)


class PostArgs(PageArgs):
    """One of ``unit_id`` and ``person_id`` is needed."""

    unit_id = fields.UUID(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)


class PostFactsSchema(Schema):
    unit_id = fields.UUID(required=True)
    post_code = line(most=40, required=True)
    title = line(most=60, least=0, load_default=None, allow_none=True)
    valid_from = _day(load_default=None, allow_none=True)
    valid_to = _day(load_default=None, allow_none=True)


class PostInSchema(PostFactsSchema):
    person_id = fields.UUID(required=True)


class PostPatchSchema(Schema):
    title = line(most=60)
    valid_to = _day()


class PostSchema(Schema):
    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    person_name = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    unit_name = fields.String(required=True)
    post_code = fields.String(required=True)
    title = fields.String(required=True)
    valid_from = _day(required=True)
    valid_to = _day(required=True, allow_none=True)
    version = fields.Integer(required=True)


class PersonArgs(PageArgs):
    """Sort: name, login, created_at, last_sign_in_at."""

    text = line(most=60, load_default="")
    under = fields.UUID(load_default=None, allow_none=True)
    post_code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    state = fields.String(load_default="active", validate=validate.OneOf(("active", "disabled", "all")))


class PersonFactsSchema(Schema):
    login = line(most=64, least=3)
    name = line(most=40)
    phone = fields.String(
        allow_none=True, validate=validate.Regexp(r"^[0-9+ ()-]{5,20}$", error="5到20位，数字、空格、+、-")
    )
    email = fields.Email(
        allow_none=True, error_messages={"invalid": "应为电子邮箱地址"}, validate=validate.Length(max=120)
    )
    locale = fields.String(allow_none=True, validate=validate.OneOf(("zh", "en")))


class PersonInSchema(PersonFactsSchema):
    login = line(most=64, least=3, required=True)
    name = line(most=40, required=True)
    unit_id = fields.UUID(load_default=None, allow_none=True)
    post_code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    title = line(most=60, least=0, load_default=None, allow_none=True)
    valid_from = _day(load_default=None, allow_none=True)
    valid_to = _day(load_default=None, allow_none=True)


class PersonSchema(PersonFactsSchema):
    id = fields.UUID(required=True)
    active = fields.Boolean(required=True)
    has_password = fields.Boolean(required=True)
    must_change = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_sign_in_at = fields.AwareDateTime(required=True, allow_none=True)
    posts = fields.List(fields.Nested(PostSchema), required=True)
    version = fields.Integer(required=True)


class OneTimeSchema(Schema):
    password = fields.String(
        required=True, metadata={"description": "shown once; must be changed at the first sign-in"}
    )
