"""The contract of a folder to take away: many files in one zip, ordered, made and fetched like any other export."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from core.hooks.tables import ExportKind, Question, TableWork
from core.tables.columns import Column

ZIP = "zip"


@dataclass(frozen=True)
class FolderFile:
    """One file. ``path``: with ``/`` between folders, cleaned and made unique by whoever writes it.

    One of: ``content``; ``key`` of bytes in the storage; ``table``, an export kind with its question, written as xlsx.
    """

    path: str
    content: bytes | None = None
    key: str = ""
    table: ExportKind | None = None
    question: Question | None = None


class FolderKind(ExportKind):
    """A folder. ``count`` says how many files there will be about, for the bar; it may refuse what is too large."""

    forms: ClassVar[tuple[str, ...]] = (ZIP,)

    @abstractmethod
    def files(self, work: TableWork, question: Question, storage: Any) -> Iterator[FolderFile]:
        """The index first. ``storage``: of core.files, which stands above. Streams: memory does not grow with the files. Read-only, and only what this actor may export."""

    def columns(self, work: TableWork) -> Sequence[Column]:
        return ()

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        return iter(())
