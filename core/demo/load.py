"""Loads the demo, or what a killed start left to load: the bureau first, then the districts side by side. Never in production."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from typing import Protocol

from core.app import process_clock
from core.db.engines import Database
from core.demo.district import Parts, finished, load_bureau, load_district
from core.demo.districts import BUREAU_NAME, BUREAU_SLUG, DISTRICTS, PASSWORD, District
from core.demo.pictures import Put
from core.files.storage import storage_of
from core.identity import passwords
from core.kernel.errors import Refused
from core.settings import Settings
from core.tenancy.directory import Directory

AT_ONCE = 4
"""Processes at most: more of them would only wait for the database."""


class Progress(Protocol):
    """What core.runtime.progress offers."""

    def step(self, name: str) -> AbstractContextManager[None]: ...
    def advance(self, done: int, total: int, what: str = "") -> None: ...
    def note(self, text: str) -> None: ...


class LoadFailed(RuntimeError):
    """A district could not be loaded; its process has said why. What is loaded stays, a further start goes on from there."""


@dataclass(frozen=True)
class Work:
    """What one process loads, one district after the other."""

    settings: Settings
    districts: tuple[District, ...]
    bureau_id: int
    password_hash: str


Told = Callable[[str, int, bool], None]
"""Slug, hazards told so far, whether the district is there now."""


def load(settings: Settings, progress: Progress, *, scale: float = 1.0) -> None:
    """Side effects: tenants, people with one shared password, hazards, files. Raises Refused in production, LoadFailed.

    Does nothing in an installation that has tenants and is no demo, and nothing to a district that is loaded already.
    ``scale``: share of the hazards to tell; units, people and dates are the same at every scale.
    """
    if settings.production:
        raise Refused("生产环境不能载入演示数据")
    parts = _parts(settings)
    try:
        if not _ours(parts):
            progress.note("    this installation has tenants of its own: no demo is loaded")
            return
        missing = [
            replace(district, hazards=round(district.hazards * scale))
            for district in DISTRICTS
            if not finished(parts, district.slug)
        ]
        if not missing and finished(parts, BUREAU_SLUG):
            return
        password_hash = passwords.hashed(PASSWORD)
        with progress.step("Demo: monitoring bureau"):
            bureau_id = load_bureau(parts, password_hash=password_hash)
    finally:
        parts.db.dispose()
    if missing:
        with progress.step(f"Demo: {', '.join(district.slug for district in missing)}"):
            _side_by_side(settings, missing, bureau_id, password_hash, progress)


def _ours(parts: Parts) -> bool:
    """Empty, or a demo that was begun."""
    cards = parts.directory.all()
    return not cards or any(card.slug == BUREAU_SLUG and card.name == BUREAU_NAME for card in cards)


def _side_by_side(
    settings: Settings, districts: Sequence[District], bureau_id: int, password_hash: str, progress: Progress
) -> None:
    """One process a core: telling the histories is most of the work, and that is Python's."""
    count = min(os.cpu_count() or 1, len(districts), AT_ONCE)
    told = dict.fromkeys((district.slug for district in districts), 0)
    total = sum(district.hazards for district in districts)

    def tell(slug: str, hazards: int, done: bool) -> None:
        told[slug] = hazards
        if done:
            progress.note(f"    {slug}: {hazards} hazards")
        progress.advance(sum(told.values()), total, "hazards")

    context = multiprocessing.get_context("spawn")
    processes, lines = [], []
    try:
        for share in _shares(districts, count):
            line, far_end = context.Pipe(duplex=False)
            work = Work(settings, tuple(share), bureau_id, password_hash)
            process = context.Process(target=_work, args=(work, far_end), daemon=True)
            process.start()
            far_end.close()  # so that the line ends with its process
            processes.append(process)
            lines.append(line)
        _listen(lines, tell)
        for process in processes:
            process.join()
        if any(process.exitcode for process in processes):
            raise LoadFailed("the demo could not be loaded in full; start again to go on from here")
    finally:
        for process in processes:
            process.kill()
            process.join()


def _shares(districts: Sequence[District], count: int) -> list[list[District]]:
    """About as much for each: the largest first, each to whoever has least."""
    shares: list[list[District]] = [[] for _ in range(count)]
    for district in sorted(districts, key=lambda one: -one.hazards):
        min(shares, key=lambda share: sum(one.hazards for one in share)).append(district)
    return shares


def _listen(lines: Sequence[Connection], tell: Told) -> None:
    """Until every line has ended."""
    open_lines: list[Connection] = list(lines)
    while open_lines:
        for line in wait(open_lines):
            assert isinstance(line, Connection)  # noqa: S101  what we handed in
            try:
                tell(*line.recv())
            except EOFError:
                open_lines.remove(line)


def _work(work: Work, line: Connection) -> None:
    """A process of its own. Ctrl-C is its starter's affair; without the starter the line breaks, and the transaction with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parts = _parts(work.settings)
    try:
        for district in work.districts:
            slug = district.slug
            line.send((slug, 0, False))
            load_district(
                parts, district, bureau_id=work.bureau_id, password_hash=work.password_hash, put=storage(work.settings),
                tell=lambda hazards, slug=slug: line.send((slug, hazards, False)),  # type: ignore[misc]  # the default binds the slug
            )  # fmt: skip
            line.send((slug, district.hazards, True))
    except Exception:
        starter = multiprocessing.parent_process()
        if starter is None or starter.is_alive():
            raise
        sys.exit(1)  # the servers went with whoever started us; there is nobody left to tell
    finally:
        parts.db.dispose()


def _parts(settings: Settings) -> Parts:
    db = Database(
        app=settings.database_url,
        bureau=settings.database_url_bureau,
        platform=settings.database_url_platform,
        clock=process_clock(settings),
    )
    return Parts(db, Directory(db, shifts=True))


def storage(settings: Settings) -> Put:
    """Where files go; the demo's pictures go the same way as uploads."""
    kept = storage_of(settings)
    return lambda key, content: kept.put(key, io.BytesIO(content))
