"""The schemas of a register, derived from its model (marshmallow-sqlalchemy) and from what is said of its fields.

One for what REST and forms take, one for what they give; the district's own fields are checked by the same rules. The
REST document knows the fields that code declares; what a district adds stands in ``extra`` and is checked at the write.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from marshmallow_sqlalchemy import ModelConverter

from core.http.paging import PageArgs
from core.http.words import in_words
from core.kernel.errors import Invalid
from core.registers.declared import Register
from core.tenancy.packs.model import FieldKind, RegisterField

MOST_TEXT, MOST_NOTE, MOST_NUMBER = 200, 2_000, 1_000_000_000
DUES = ("overdue", "soon", "far", "unknown")
STATES = ("in_use", "retired", "all")
_converter = ModelConverter()
_PLAIN: dict[FieldKind, type[fields.Field[Any]]] = {
    FieldKind.TEXT: fields.String, FieldKind.NOTE: fields.String, FieldKind.CHOICE: fields.String, FieldKind.INTEGER: fields.Integer,
    FieldKind.DATE: fields.Date, FieldKind.BOOLEAN: fields.Boolean, FieldKind.UNIT: fields.UUID, FieldKind.PERSON: fields.UUID,
    FieldKind.ENTRY: fields.UUID,
}  # fmt: skip


def field_in(register: Register, own: RegisterField, *, partial: bool = False, **options: Any) -> fields.Field[Any]:
    """The field as it is taken in: type and emptiness of the model's column, bounds and choices as declared."""
    common: dict[str, Any] = {
        "required": own.required and not partial,
        "allow_none": not own.required,
        "validate": _bounds(own),
        "metadata": {"title": own.label, **({"description": own.help} if own.help else {})},
        **options,
    }
    if own.code in register.extra_codes:
        return _PLAIN[own.kind](**common)
    model: Any = register.model
    # A foreign key in the model is a UUID column like any other: what it may point at is asked by the service.
    derived: fields.Field[Any] = _converter.field_for(model, own.code, **common)
    return derived


def _bounds(own: RegisterField) -> list[Any]:
    match own.kind:
        case FieldKind.TEXT | FieldKind.NOTE:
            most = own.most or (MOST_TEXT if own.kind is FieldKind.TEXT else MOST_NOTE)
            return [validate.Length(min=1 if own.required else None, max=most)]
        case FieldKind.INTEGER:
            return [validate.Range(min=own.least or 0, max=MOST_NUMBER if own.most is None else own.most)]
        case FieldKind.CHOICE:
            return [validate.OneOf([choice.code for choice in own.choices])]
        case _:
            return []


@lru_cache(maxsize=512)
def create_schema(register: Register) -> type[Schema]:
    """A new entry, as REST sends it."""
    made: dict[str, fields.Field[Any]] = {"unit_id": fields.UUID(required=True)}
    made |= {own.code: field_in(register, own) for own in register.fields}
    return _schema(register, "In", "A new entry.", made | _extra_in())


@lru_cache(maxsize=512)
def change_schema(register: Register) -> type[Schema]:
    """Changes over REST; what is absent stays, in ``extra`` too."""
    made = {own.code: field_in(register, own, partial=True) for own in register.fields}
    return _schema(register, "Patch", "Changes; what is absent stays.", made | _extra_in())


@lru_cache(maxsize=512)
def form_schema(register: Register) -> type[Schema]:
    """The page's form: all fields flat, the district's own named ``extra.<code>``."""
    made: dict[str, fields.Field[Any]] = {"unit_id": fields.UUID()}
    for own in register.all_fields:
        key = register.key(own.code)
        # A dot in ``attribute`` makes the loaded value nested, as REST sends it.
        made[own.code] = field_in(register, own, data_key=key, attribute=key)
    return _schema(register, "Form", "The page's form.", made)


@lru_cache(maxsize=512)
def extra_schema(register: Register, *, partial: bool = False) -> Schema:
    """The district's own fields; unknown ones are refused."""
    made = {own.code: field_in(register, own, partial=partial) for own in register.extra}
    return _schema(register, "Extra", "The district's own fields.", made)(unknown=RAISE)


@lru_cache(maxsize=512)
def out_schema(register: Register) -> type[Schema]:
    """An entry, as REST gives it. Personal fields are absent for whoever does not keep the register."""
    made: dict[str, fields.Field[Any]] = {
        "id": fields.UUID(),
        "unit_id": fields.UUID(),
        "unit_name": fields.String(),
        "title": fields.String(metadata={"description": "what names the entry"}),
        **{own.code: _out(own) for own in register.fields},
        "extra": fields.Dict(keys=fields.String(), metadata={"description": "the district's own fields"}),
        "expires_on": fields.Date(allow_none=True, metadata={"description": "the earliest last valid day"}),
        "days_left": fields.Integer(allow_none=True),
        "retired_on": fields.Date(allow_none=True),
        "files": fields.Integer(metadata={"description": "how many files hang on it"}),
        "version": fields.Integer(),
    }
    return _schema(register, "Schema", f"An entry of {register.title}.", made)


@lru_cache(maxsize=512)
def args_schema(register: Register) -> type[Schema]:
    """Query of the list: equal, or for dates from and to. Filters of the district's own fields: see ``filters_of``."""
    made: dict[str, fields.Field[Any]] = {
        "unit_id": fields.UUID(
            load_default=None, allow_none=True, metadata={"description": "this unit and all below it"}
        ),
        "text": fields.String(load_default="", validate=validate.Length(max=100)),
        "state": fields.String(load_default="in_use", validate=validate.OneOf(STATES)),
        "due": fields.String(load_default=None, allow_none=True, validate=validate.OneOf(DUES)),
    }
    for own in register.all_fields:
        made |= _filters(register, own)
    derived: Any = PageArgs.from_dict(made, name=f"{_name(register)}Args")
    derived.__doc__, derived.__module__ = "Filters; sort by any field.", __name__
    return derived  # type: ignore[no-any-return]  # from_dict is typed as returning Schema's own type


def _filters(register: Register, own: RegisterField) -> dict[str, fields.Field[Any]]:
    key = register.key(own.code)
    match own.kind:
        case FieldKind.DATE:
            return {
                f"{own.code}_{end}": fields.Date(load_default=None, allow_none=True, data_key=f"{key}_{end}")
                for end in ("from", "to")
            }
        case FieldKind.CHOICE | FieldKind.BOOLEAN:
            # A switch as words: an unticked box and a filter that was not asked look alike in a query string.
            words = [choice.code for choice in own.choices] or ["true", "false"]
            one_of = validate.OneOf(words)
            return {own.code: fields.String(load_default=None, allow_none=True, data_key=key, validate=one_of)}
        case FieldKind.UNIT | FieldKind.PERSON | FieldKind.ENTRY:
            return {own.code: fields.UUID(load_default=None, allow_none=True, data_key=key)}
        case _:
            return {}


class RuleSchema(Schema):
    """A rule and how many of the units one reaches do not keep it."""

    code = fields.String()
    title = fields.String()
    clauses = fields.List(fields.String())
    assumed = fields.Boolean(metadata={"description": "waits for the district's word; opens no draft"})
    failing = fields.Integer()


class BreachSchema(Schema):
    """A unit that does not keep a rule."""

    id = fields.UUID()
    rule = fields.String()
    title = fields.String()
    detail = fields.String()
    unit_id = fields.UUID()
    unit_name = fields.String()
    assumed = fields.Boolean()
    opened_at = fields.AwareDateTime()


class ChangeSchema(Schema):
    """Something that was done to an entry. ``changes``: title of the field → [before, after]; personal values are left out."""

    at = fields.AwareDateTime()
    action = fields.String()
    who = fields.String()
    changes = fields.Dict(keys=fields.String())


class RegisterSchema(Schema):
    """A register one may read."""

    slug = fields.String()
    title = fields.String()
    domain = fields.String()
    fields_ = fields.List(fields.Dict(), data_key="fields", attribute="fields")
    may_write = fields.Boolean()
    files = fields.Dict(
        allow_none=True,
        metadata={"description": "files that an entry takes: title, most, sorts, personal; null: none"},
    )


class HangIn(Schema):
    """A file to hang on an entry."""

    file_id = fields.UUID(required=True, metadata={"description": "one's own upload, see POST /api/v1/files"})


def checked_extra(register: Register, given: Any, *, partial: bool) -> dict[str, Any]:
    """The district's own fields as they are kept (JSON). Raises Invalid naming each as ``extra.<code>``."""
    try:
        loaded: dict[str, Any] = extra_schema(register, partial=partial).load(given or {})
    except ValidationError as fault:
        found = fault.messages_dict if isinstance(fault.messages, dict) else {"": fault.messages}
        raise Invalid(
            fields={
                f"extra.{name}" if name != "_schema" else "extra": "；".join(in_words(str(text)) for text in texts)
                for name, texts in found.items()
            }
        ) from fault
    return loaded


def _extra_in() -> dict[str, fields.Field[Any]]:
    said = {"description": "the district's own fields, see GET /api/v1/registers"}
    return {"extra": fields.Dict(keys=fields.String(), load_default=dict, metadata=said)}


def _out(own: RegisterField) -> fields.Field[Any]:
    return _PLAIN[own.kind](allow_none=True, metadata={"title": own.label})


def _schema(register: Register, kind: str, said: str, made: dict[str, fields.Field[Any]]) -> type[Schema]:
    derived: Any = Schema.from_dict(made, name=f"{_name(register)}{kind}")
    derived.__doc__, derived.__module__ = said, __name__
    return derived  # type: ignore[no-any-return]  # from_dict is typed as returning Schema's own type


def _name(register: Register) -> str:
    return "".join(part.capitalize() for part in register.slug.split("_"))
