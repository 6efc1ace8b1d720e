"""The contract of imports and exports: what a feature says of a kind of table, and what it does with its rows.

The Import and Export centre (core.exchange) does the rest: files, headers, mapping, preview, jobs, errors file, undo,
downloads. Kinds come through ``collect_import_kinds`` and ``collect_export_kinds``. Knows no web framework.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from core.tables.columns import Column

if TYPE_CHECKING:
    from core.access.actor import Actor
    from core.db.sessions import TenantSession
    from core.hooks.manager import Plugins

CHUNK = 1_000
"""At most so many rows are handed over at once."""


@dataclass(frozen=True)
class TableWork:
    """Under whose name and in which tenant a table is read or written; in requests and in jobs alike."""

    session: TenantSession
    actor: Actor
    plugins: Plugins
    plugins_on: frozenset[str]


@dataclass(frozen=True)
class ImportRow:
    """``no`` as a spreadsheet counts. ``values``: column name → value by the column's type; empty cells are None.
    ``cells``: column name → text as sent."""

    no: int
    values: dict[str, Any]
    cells: Mapping[str, str] = field(default_factory=dict)


Faults = Mapping[int, Mapping[str, str]]
"""Row number → column name ("" for the row as a whole) → what would be right (a Chinese text or Phrase)."""


class Did(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"
    """Everything was there as the row says."""
    REFUSED = "refused"
    """Today's data do not allow it; ``faults`` say why. Nothing of it was written."""
    LATER = "later"
    """Not yet: it refers to a row further down. Comes again after the others; with ``last`` it must not be answered."""


@dataclass(frozen=True)
class Outcome:
    """What the commit did with row ``no``. ``undo``: JSON that :meth:`ImportKind.undo` needs to take it back (versions, values before)."""

    no: int
    did: Did
    object_id: UUID | None = None
    undo: Mapping[str, Any] | Sequence[Any] | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Undoing:
    """What taking a batch back really does, in words (Chinese texts or Phrases): people are told before and after."""

    asked: str = "撤销后，这一批新增的数据被删除，修改过的恢复原样。确定撤销？"
    """The question before."""
    done: str = "已撤销，数据恢复到导入之前。"
    barred: str = ""
    """Why this batch cannot be taken back at all; empty: it can. Said before the import, too."""


class ImportKind(ABC):
    """One kind of table that can be imported. Instances hold no state; what a batch needs to know travels in ``known``."""

    slug: str
    """Unique; of a plugin it begins with the plugin's slug and a dot: ``fire.facilities``."""
    title: str
    permission: str
    """Asked at upload, at commit and at undo, besides what the kind's own services ask."""
    summary: str = ""
    deferred: ClassVar[bool] = False
    """Rows may wait for others (Did.LATER)."""

    @abstractmethod
    def columns(self, work: TableWork) -> Sequence[Column]:
        """In the order of the blank form; of the tenant and today (its pack, its choices). Raises Forbidden or Refused
        where this actor or tenant cannot import the kind at all."""

    def prepare(self, work: TableWork, rows: Iterable[ImportRow]) -> Any:
        """Whatever checks and commits need to know (lookups, what the file itself brings); called once for a file before
        ``check`` and once before ``commit``. ``rows`` streams the whole file: take what you need, keep no rows."""
        return None

    def identity(self, row: ImportRow) -> str:
        """What makes two rows of a file the same; the second one is at fault. Empty: never the same."""
        return ""

    @abstractmethod
    def check(self, work: TableWork, rows: Sequence[ImportRow], known: Any) -> Faults:
        """What the types cannot say: references, rules, rights. At most 1,000 rows, set-based; only rows without faults of
        their cells. Writes nothing. Called for the preview and again right before the commit."""

    @abstractmethod
    def commit(
        self, work: TableWork, batch_id: UUID, rows: Sequence[ImportRow], known: Any, *, last: bool
    ) -> Sequence[Outcome]:
        """Writes at most 1,000 rows that passed ``check``, in one transaction with their being marked as done; with audit
        and events like any other write. One outcome for each row. ``last``: no further pass follows."""

    def undoing(self, work: TableWork, batch_id: UUID) -> Undoing:
        """What :meth:`undo` would do to this batch, or to what it will bring where it is not committed yet. Read-only."""
        return Undoing()

    @abstractmethod
    def undo(self, work: TableWork, batch_id: UUID, done: Sequence[tuple[int, Outcome]]) -> None:
        """Takes a whole batch back, ``done`` in reverse order of writing. Raises Refused naming the rows that were changed or
        used since (``fields``: 第n行 → what happened); then nothing is changed."""


@dataclass(frozen=True)
class Question:
    """The filters of an export: name → values, as in a query string. The kind reads them."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")


class ExportKind(ABC):
    """One kind of table that can be taken away."""

    slug: str
    title: str
    permission: str
    """Asked when the file is ordered, made and downloaded."""
    summary: str = ""
    filters: tuple[str, ...] = ()
    """Names that a question may have; any other is refused."""
    forms: ClassVar[tuple[str, ...]] = ("xlsx", "csv")
    """What it can be written as; the first one unless another is asked for."""

    @abstractmethod
    def columns(self, work: TableWork) -> Sequence[Column]:
        """In order; 序号 stands before them by itself."""

    def said(self, work: TableWork, question: Question) -> str:
        """The filters in words, for the file's head; empty: everything. Raises Invalid for a question that is none."""
        return ""

    @abstractmethod
    def count(self, work: TableWork, question: Question) -> int:
        """How many rows there will be, for the bar."""

    @abstractmethod
    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        """Values in the order of the columns, only what this actor may export. Streams (``yield_per``): a session's memory
        must not grow with the rows. Read-only."""
