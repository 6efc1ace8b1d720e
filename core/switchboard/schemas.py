"""What the switchboard takes in and gives out, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.http.paging import PageArgs
from core.tenancy.packs.model import ClauseKind, SchoolStage


class SwitchIn(Schema):
    """On from a day, perhaps to a day, for some stages, in a variant."""

    on_from = fields.Date(required=True)
    on_until = fields.Date(load_default=None, allow_none=True)
    stages = fields.List(fields.String(validate=validate.OneOf([str(stage) for stage in SchoolStage])), load_default=[])
    variant = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))


class PluginSchema(Schema):
    """A plugin as this tenant sees it."""

    slug = fields.String()
    title = fields.String()
    summary = fields.String()
    version = fields.String()
    core_range = fields.String()
    state = fields.String(validate=validate.OneOf(["on", "off", "planned", "ended", "quarantined", "missing"]))
    on_from = fields.Date(allow_none=True)
    on_until = fields.Date(allow_none=True)
    stages = fields.List(fields.String())
    variant = fields.String(allow_none=True)
    variants = fields.List(fields.String())
    needs = fields.List(fields.String())
    offers = fields.List(fields.String())
    fault = fields.String(metadata={"description": "why it is quarantined"})
    moment = fields.String(
        metadata={"description": "where it failed: import, META, hooks, migration, or the hook that raised"}
    )
    since = fields.AwareDateTime(allow_none=True, metadata={"description": "since when it is kept out"})
    mend = fields.String(metadata={"description": "how it gets in again"})
    here = fields.Boolean(metadata={"description": "kept out of this district only; DELETE …/quarantine lets it in"})
    in_notice = fields.Boolean()
    row_version = fields.Integer(metadata={"description": "for If-Match; 0: never switched"})


class GrantSchema(Schema):
    """A permission set and a plugin's permissions."""

    code = fields.String()
    label = fields.String()
    has = fields.List(fields.String())
    granted = fields.List(fields.String(), metadata={"description": "of these, what the district granted itself"})
    missing = fields.List(fields.String(), metadata={"description": "suggested; PUT …/grants gives them"})


class WordSchema(Schema):
    """What one level says."""

    who = fields.String()
    value = fields.Raw(allow_none=True)
    source = fields.String()
    clauses = fields.List(fields.String())
    confirm = fields.Boolean()
    note = fields.String()


class ValueSchema(WordSchema):
    """A value in force with its provenance."""

    key = fields.String()
    title = fields.String()
    kind = fields.String()
    direction = fields.String()
    changed = fields.Boolean()
    version = fields.Integer(metadata={"description": "for If-Match; 0: the district changed nothing"})
    others = fields.List(fields.Nested(WordSchema))


class ValueIn(Schema):
    """The district's own value."""

    value = fields.Raw(required=True, allow_none=True)


class OptionSchema(Schema):
    """One way to read a passage."""

    code = fields.String()
    label = fields.String()


class ReadingSchema(Schema):
    """A passage that can be read in more than one way."""

    id = fields.String(attribute="reading.id")
    issue = fields.String(attribute="reading.issue")
    treatment = fields.String(attribute="reading.treatment")
    clauses = fields.List(fields.String(), attribute="reading.clauses")
    options = fields.List(fields.Nested(OptionSchema), attribute="reading.options")
    chosen = fields.String()
    shipped = fields.String()
    version = fields.Integer(metadata={"description": "for If-Match"})


class ReadingIn(Schema):
    """The option chosen."""

    option = fields.String(required=True, validate=validate.Length(min=1, max=60))


class PackSchema(Schema):
    """The pack in a few lines."""

    slug = fields.String()
    name = fields.String()
    version = fields.String()
    kind = fields.String()
    layers = fields.List(fields.String())
    documents = fields.Integer()
    clauses = fields.Integer()
    readings = fields.Integer()


class DocumentSchema(Schema):
    """A notice."""

    code = fields.String()
    label = fields.String()
    number = fields.String()
    issuer = fields.String()
    issued_on = fields.Date(allow_none=True)
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    contact = fields.String()


class ClauseSchema(Schema):
    """One atomic clause of a notice."""

    id = fields.String()
    kind = fields.String()
    quote = fields.String()
    paragraph = fields.Integer()
    document = fields.String()
    domain = fields.String()
    readings = fields.List(fields.String())
    privacy = fields.String()


class ClauseMarkSchema(Schema):
    """A clause as a paragraph names it."""

    id = fields.String()
    kind = fields.String()
    domain = fields.String()


class ParagraphSchema(Schema):
    """A paragraph as printed."""

    no = fields.Integer()
    kind = fields.String()
    text = fields.String()
    clauses = fields.List(fields.Nested(ClauseMarkSchema))


class FullDocumentSchema(DocumentSchema):
    """A notice with its text."""

    paragraphs = fields.List(fields.Nested(ParagraphSchema))


class ClauseArgs(PageArgs):
    """Filters of the clauses."""

    domain = fields.String(load_default="", validate=validate.Length(max=40))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *(str(kind) for kind in ClauseKind)]))
    text = fields.String(load_default="", validate=validate.Length(max=80))
