"""Pages of a list: the query, the envelope, the same for every collection. Knows no table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from marshmallow import Schema, fields, validate

MAX_PAGE_SIZE = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Paging:
    """Which part of a list is asked for. ``sort``: a column of the list, with ``-`` for descending; None: its own order."""

    page: int = 1
    page_size: int = 20
    sort: str | None = None

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size

    @classmethod
    def of(cls, args: dict[str, Any]) -> Paging:
        """Takes page, page_size and sort out of loaded query arguments; what is left are the filters."""
        return cls(page=args.pop("page", 1), page_size=args.pop("page_size", 20), sort=args.pop("sort", None))

    def cut(self, rows: Sequence[T]) -> Page[T]:
        """This part of a list that is in memory as a whole because it is short by nature."""
        return Page(tuple(rows[self.offset : self.offset + self.page_size]), len(rows), self.page, self.page_size)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list and how long the whole list is."""

    items: tuple[T, ...]
    total: int
    page: int = 1
    page_size: int = 20


class Attributes(Schema):
    """Base of schemas that dump dataclasses: an attribute is one, and no path through mappings; a list has a thousand."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        return getattr(obj, attr, default)


class PageArgs(Schema):
    """Query of a collection; inherit to add filters."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100_000))
    page_size = fields.Integer(load_default=20, validate=validate.Range(min=1, max=MAX_PAGE_SIZE))
    sort = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))


@cache
def page_schema(item: type[Schema]) -> type[Schema]:
    """The list envelope of ``item``: {"items": [...], "total": n, "page": 1, "page_size": 20}."""
    name = item.__name__.removesuffix("Schema")
    envelope: dict[str, fields.Field[Any]] = {
        "items": fields.List(fields.Nested(item), required=True),
        "total": fields.Integer(required=True),
        "page": fields.Integer(required=True),
        "page_size": fields.Integer(required=True),
    }
    schema = Schema.from_dict(envelope, name=f"{name}Page")
    schema.__module__ = item.__module__  # the OpenAPI document names schemas by feature
    return schema
