"""The marshmallow schemas of the sections, derived from the model: what is written in YAML is checked here for form.

A schema refuses unknown keys and never guesses: a number is not a text, ``yes`` is not true. Whether the parts
fit together is asked in :mod:`core.tenancy.packs.check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from core.tenancy.packs.faults import Fault, Path, nearest
from core.tenancy.packs.model import Layer, Pack
from core.tenancy.packs.shape import Field, Shape, fields_of
from core.tenancy.packs.source import Source

_UNKNOWN = "\0unknown"
_NOT_WRITTEN: dict[type, frozenset[str]] = {Pack: frozenset({"base"})}
"""Fields the loader fills in: unknown to whoever writes the file."""


class _Text(fields.Field[str]):
    """A text; a number or a date must be put in quotes, so that 007 and 2020-09 survive."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"应为文字，现在是 {_said(value)}；文字若像数字或日期请加引号")
        return value


class _Number(fields.Field[int | float]):
    """A number of exactly this type."""

    def __init__(self, of: type, **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int if self.of is int else (int, float)):
            raise ValidationError(f"应为{'整数' if self.of is int else '数字'}，现在是 {_said(value)}；去掉引号和单位")
        return value


class _Switch(fields.Field[bool]):
    """true or false."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(f"应为 true 或 false，现在是 {_said(value)}；不用 yes/no/是/否")
        return value


class _Day(fields.Field[date]):
    """A date."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError(f"应为日期，现在是 {_said(value)}；写成 YYYY-MM-DD，例 2020-09-01") from None


class _Choice(fields.Field[StrEnum]):
    """One word of a closed list."""

    def __init__(self, of: type[StrEnum], **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> StrEnum:
        try:
            return self.of(value)
        except ValueError:
            raise ValidationError(f"没有 {_said(value)} 这个选项；{nearest(value, self.of)}") from None


class _Open(fields.Field[Any]):
    """Anything, as written (params); ``mapping`` asks for keys and values."""

    def __init__(self, mapping: bool, **kwargs: Any) -> None:
        self.mapping = mapping
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if self.mapping and not isinstance(value, dict):
            raise ValidationError(f"应为 键: 值，现在是 {_said(value)}；例 {{key: value}}")
        return _plain(value)


class SectionSchema(Schema):
    """Base of every derived schema."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": _UNKNOWN, "type": "应为 键: 值 的形式；检查缩进"}
    shorthand = ""

    @pre_load
    def open_shorthand(self, data: Any, **kwargs: Any) -> Any:
        """A bare word where the class has a shorthand: ``reason`` is ``{need: reason}``."""
        return {self.shorthand: data} if self.shorthand and isinstance(data, str) else data


@cache
def schema_for(cls: Any) -> SectionSchema:
    """The schema of a model class."""
    hidden = _NOT_WRITTEN.get(cls, frozenset())
    made = {field.key: _field(field) for field in fields_of(cls) if field.name not in hidden}
    derived: Any = SectionSchema.from_dict(made, name=f"{cls.__name__}Schema")
    derived.shorthand = getattr(cls, "SHORTHAND", "")
    return derived()  # type: ignore[no-any-return]  # from_dict is typed as returning Schema


@dataclass(frozen=True, slots=True)
class Form:
    """What came of checking the form."""

    data: dict[str, Any]
    """The sections that are right, converted."""
    faults: tuple[Fault, ...]
    """Every fault: unknown keys, missing keys, wrong types, words outside a closed list."""
    broken: frozenset[str]
    """The sections that are not right or not there."""


def check_form(source: Source, cls: type[Pack | Layer]) -> Form:
    """Checks all that was written against the schema of ``cls``."""
    hashable: Any = cls
    try:
        data, errors = schema_for(hashable).load(source.data), {}
    except ValidationError as error:
        data, errors = cast(dict[str, Any], error.valid_data), cast(dict[str, Any], error.messages)
    faults = tuple(_fault(source, cls, path, message) for path, message in _flat(errors))
    broken = frozenset(str(section) for section in errors)
    return Form({key: value for key, value in data.items() if key not in broken}, faults, broken)


def _field(field: Field) -> fields.Field[Any]:
    options: dict[str, Any] = {
        "required": field.required,
        "allow_none": field.shape.optional,
        "error_messages": {"required": "缺少", "null": "不能为空"},
    }
    if field.shape.many:
        options["error_messages"]["invalid"] = "应为列表；写成 [甲, 乙] 或每行一个 -"
        return fields.List(_single(field.shape, {}), **options)
    return _single(field.shape, options)


def _single(shape: Shape, options: dict[str, Any]) -> fields.Field[Any]:
    if shape.nested:
        return fields.Nested(lambda: schema_for(shape.of), **options)
    if shape.of in (int, float):
        return _Number(shape.of, **options)
    if shape.of is bool:
        return _Switch(**options)
    if shape.of is date:
        return _Day(**options)
    if shape.of is str:
        return _Text(**options)
    if isinstance(shape.of, type) and issubclass(shape.of, StrEnum):
        return _Choice(shape.of, **options)
    return _Open(shape.of is Mapping, **options)


def _flat(errors: Any, path: Path = ()) -> list[tuple[Path, str]]:
    """marshmallow's nested messages as (path, message) pairs."""
    if isinstance(errors, dict):
        return [
            pair for key, inner in errors.items() for pair in _flat(inner, path if key == "_schema" else (*path, key))
        ]
    if isinstance(errors, list):
        return [(path, str(message)) for message in errors]
    return [(path, str(errors))]


def _fault(source: Source, cls: type, path: Path, message: str) -> Fault:
    name = str(path[-1]) if path else ""
    if message == _UNKNOWN:
        known = {field.key for field in _class_at(cls, path[:-1])} - _NOT_WRITTEN.get(cls, frozenset())
        return source.fault(path, "unknown-key", f"不认识 {name}", nearest(name, known))
    if message == "缺少":
        return source.fault(path, "missing", f"缺少 {name}", "补上这一项，说明见 docs/packs.md")
    wrong, _, right = message.partition("；")
    return source.fault(path, "bad-value", f"{name} {wrong}", right)


def _class_at(cls: Any, path: Path) -> tuple[Field, ...]:
    """The fields that may stand at this path."""
    for step in path:
        if isinstance(step, str):
            cls = next(field.shape.of for field in fields_of(cls) if field.key == step)
    return fields_of(cls)


def _plain(value: Any) -> Any:
    """Dates as text, so that a pack is the same from files and from the database."""
    match value:
        case date():
            return value.isoformat()
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case _:
            return value


def _said(value: Any) -> str:
    match value:
        case None:
            return "空"
        case bool():
            return str(value).lower()
        case list() | dict():
            return "列表或映射"
        case _:
            return str(value)
