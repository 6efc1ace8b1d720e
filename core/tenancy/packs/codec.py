"""Pack objects ⇄ plain JSON values. Fast and trusting: what it reads was checked when it was compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

from core.tenancy.packs.shape import Shape, fields_of

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Plain dicts, lists and strings. Fields at their default are left out: packs stay small."""
    match value:
        case StrEnum():
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


def from_json(cls: type[T], data: Mapping[str, Any]) -> T:
    """The object again. ``from_json(type(x), to_json(x)) == x``."""
    hashable: Any = cls
    return cast(T, _reader(hashable)(data))


@cache
def _reader(cls: type) -> Callable[[Any], Any]:
    plan = [(field.key, field.name, _value_reader(field.shape)) for field in fields_of(cls)]

    def read(data: Any) -> Any:
        return cls(**{name: reads(data[key]) for key, name, reads in plan if key in data})

    return read


def _value_reader(shape: Shape) -> Callable[[Any], Any]:
    if shape.many:
        item = _value_reader(Shape(shape.of))
        return lambda value: tuple([item(entry) for entry in value])
    if shape.of is date:
        # A date as such comes from the schema, a text from JSON.
        return lambda value: date.fromisoformat(value) if isinstance(value, str) else value
    if shape.nested:
        # Looked up at call time: a dataclass may hold one that is declared further down.
        return lambda value: None if value is None else _reader(shape.of)(value)
    if isinstance(shape.of, type) and issubclass(shape.of, StrEnum):
        return lambda value: None if value is None else shape.of(value)
    return lambda value: value
