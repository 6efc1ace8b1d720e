"""How a dataclass of the model looks to the schema and to the codec: one reading of the type hints for both."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of a field."""

    of: Any
    """str, int, bool, float, date, an enum, a dataclass, Mapping or Any."""
    many: bool = False
    """A tuple of these."""
    optional: bool = False
    """May be null."""

    @property
    def nested(self) -> bool:
        """Is it another dataclass of the model?"""
        return is_dataclass(self.of)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a dataclass of the model."""

    name: str
    """Its name in Python."""
    key: str
    """Its name in YAML and JSON."""
    shape: Shape
    required: bool
    """It has no default."""
    default: Any
    """The default, if it has one."""


@cache
def fields_of(cls: type) -> tuple[Field, ...]:
    """The fields of a dataclass in their order."""
    hints = get_type_hints(cls)
    renamed = {name: key for key, name in getattr(cls, "RENAMED", {}).items()}
    return tuple(
        Field(
            name=field.name,
            key=renamed.get(field.name, field.name),
            shape=shape_of(hints[field.name]),
            required=field.default is MISSING and field.default_factory is MISSING,
            default=field.default_factory() if field.default_factory is not MISSING else field.default,
        )
        for field in dataclasses.fields(cls)
    )


def shape_of(hint: Any) -> Shape:
    """Reads one type hint; raises TypeError for one that packs do not know."""
    origin = get_origin(hint)
    if origin in (types.UnionType, Union):
        inner = [arg for arg in get_args(hint) if arg is not type(None)]
        if len(inner) == 1:
            return dataclasses.replace(shape_of(inner[0]), optional=True)
    elif origin is tuple:
        item = shape_of(get_args(hint)[0])
        return dataclasses.replace(item, many=True)
    elif origin is Mapping:
        return Shape(Mapping)
    elif hint is Any:
        return Shape(Any, optional=True)
    elif isinstance(hint, type):
        return Shape(hint)
    raise TypeError(f"a pack field cannot have the type {hint!r}")
