"""Pack objects ⇄ plain JSON values. Fast and trusting: what it reads was checked when it was compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

from core.kernel.phrases import Label
from core.tenancy.packs.shape import Field, Shape, fields_of

T = TypeVar("T")
Words = Mapping[str, str]
"""The district's words in English, by the Chinese word."""
WORDED = frozenset({"label"})
"""Names of fields whose text is a word of the district that pages show."""


def to_json(value: Any) -> Any:
    """Plain dicts, lists and strings. Fields at their default are left out: packs stay small."""
    match value:
        case StrEnum():
            return str(value)
        case Label():
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case tuple() | list():
            return [to_json(item) for item in value]
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
        case _:
            cls: Any = type(value)
            held = ((field, getattr(value, field.name)) for field in fields_of(cls))
            return {field.key: to_json(part) for field, part in held if field.required or part != field.default}


def from_json(cls: type[T], data: Mapping[str, Any], words: Words | None = None) -> T:
    """The object again. ``from_json(type(x), to_json(x)) == x``. ``words``: labels get their English from there."""
    hashable: Any = cls
    return cast(T, _reader(hashable)(data, words or {}))


@cache
def _reader(cls: type) -> Callable[[Any, Words], Any]:
    plan = [(field.key, field.name, _field_reader(field)) for field in fields_of(cls)]

    def read(data: Any, words: Words) -> Any:
        return cls(**{name: reads(data[key], words) for key, name, reads in plan if key in data})

    return read


def _field_reader(field: Field) -> Callable[[Any, Words], Any]:
    if field.name in WORDED and field.shape == Shape(str):
        return lambda value, words: Label(value, words.get(value, "")) if value else value
    return _value_reader(field.shape)


def _value_reader(shape: Shape) -> Callable[[Any, Words], Any]:
    if shape.many:
        item = _value_reader(Shape(shape.of))
        return lambda value, words: tuple([item(entry, words) for entry in value])
    if shape.of is date:
        # A date as such comes from the schema, a text from JSON.
        return lambda value, words: date.fromisoformat(value) if isinstance(value, str) else value
    if shape.nested:
        # Looked up at call time: a dataclass may hold one that is declared further down.
        return lambda value, words: None if value is None else _reader(shape.of)(value, words)
    if isinstance(shape.of, type) and issubclass(shape.of, StrEnum):
        return lambda value, words: None if value is None else shape.of(value)
    return lambda value, words: value
