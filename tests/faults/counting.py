"""What is in the database and on the disk afterwards, compared with what was acknowledged. Strict: counts, no tolerances."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from uuid import UUID

from sqlalchemy import func, select

from core.audit.heads import heads_of
from core.audit.models import AuditEntry, AuditPending
from core.audit.verify import verify
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.exchange.models import READY, Export
from core.files.models import KEPT, File
from core.files.storage import INCOMING, DiskStorage, storage_of
from core.files.sweep import ORPHAN_AFTER
from core.hazards.models import Hazard
from core.http.models import IdempotencyKey
from core.jobs.models import DEAD, DONE, FAILED, QUEUED, RUNNING, Job, OutboxRow
from core.jobs.services import enqueue
from core.tenancy.directory import Directory
from tests.factories.world import World
from tests.faults.load import EXPORT, FILE, HAZARD, Sent
from tests.faults.poison import KIND as POISON
from tests.faults.site import Site


@dataclass
class Counted:
    """Everything but ``acknowledged``, ``given_up`` and ``audited`` must be 0."""

    acknowledged: int = 0
    given_up: int = 0
    """Requests whose client stopped repeating: they may be there once or not at all."""
    lost: int = 0
    """Acknowledged, and not there under the id that was told."""
    doubled: int = 0
    """Rows beyond one for each request."""
    keys_astray: int = 0
    """Acknowledged requests whose Idempotency-Key is not there exactly once, with its answer."""
    jobs_unfinished: int = 0
    jobs_failed: int = 0
    effects_astray: int = 0
    """Hazards, files and exports whose entry in the audit log is not there exactly once; exports without their file."""
    events_left: int = 0
    rows_without_bytes: int = 0
    bytes_without_rows: int = 0
    """After the sweep."""
    audit_faults: int = 0
    audited: int = 0

    def faults(self) -> dict[str, int]:
        harmless = ("acknowledged", "given_up", "audited")
        return {
            one.name: value for one in fields(self) if one.name not in harmless and (value := getattr(self, one.name))
        }

    def __add__(self, other: Counted) -> Counted:
        mine, theirs = asdict(self), asdict(other)
        return Counted(**{name: mine[name] + theirs[name] for name in mine})


@dataclass
class Ledger:
    """All that the worlds of a site ever sent. ``seen``: exports that earlier counts knew."""

    site: Site
    worlds: Sequence[World]
    seen: set[str] = field(default_factory=set)

    def unfinished(self, db: Database) -> int:
        """Events not yet delivered, jobs not yet done and entries not yet sealed; what waits for a later hour is not counted."""
        total = 0
        for world in self.worlds:
            with self._told(db, world) as session:
                open_jobs = (Job.state.in_((QUEUED, RUNNING)), Job.run_after <= session.now())
                for table, where in ((OutboxRow, ()), (Job, open_jobs), (AuditPending, ())):
                    total += session.scalar(select(func.count()).select_from(table).where(*where)) or 0
        return total

    def drained(self, db: Database, *, within_s: float) -> float:
        """Seconds until nothing is unfinished; goes on counting what is left at the limit."""
        begun = time.monotonic()
        while self.unfinished(db) and time.monotonic() - begun < within_s:
            time.sleep(0.2)
        return time.monotonic() - begun

    def count(self, db: Database, sent: Sequence[Sent]) -> Counted:
        """``sent``: of this run. Everything else is counted over all the site has."""
        total = Counted()
        for world in self.worlds:
            mine = [one for one in sent if one.tenant_id == world.tenant.id]
            with self._told(db, world) as session:
                total += self._one(session, mine)
        return total

    @contextmanager
    def _told(self, db: Database, world: World) -> Iterator[TenantSession]:
        """At the district's own time, which faults set forward and back."""
        directory = Directory(db, shifts=True)
        card = directory.by_id(world.tenant.id)
        assert card is not None
        with db.tenant(card.id, clock=directory.clock(card), read_only=True) as session:
            yield session

    def swept(self, db: Database) -> dict[str, int]:
        """Lets a day pass for whatever is stored and has the product's own sweep run; what it removed, by tenant's sum."""
        folder = self.site.settings.files_folder
        assert folder is not None
        past = time.time() - 2 * ORPHAN_AFTER.total_seconds()
        for place in [*folder.glob("t/**/*"), *folder.glob(f"{INCOMING}/*")]:
            if place.is_file():
                os.utime(place, (past, past))
        jobs = []
        for world in self.worlds:
            with db.tenant(world.tenant.id) as session:
                jobs.append((world.tenant.id, enqueue(session, kind="files.sweep", args={}, actor=None)))
        self.drained(db, within_s=120)
        found: Counter[str] = Counter()
        for tenant_id, job_id in jobs:
            with db.tenant(tenant_id, read_only=True) as session:
                found.update(session.scalar(select(Job.result).where(Job.id == job_id)) or {"unfinished": 1})
        return dict(found)

    def _one(self, session: TenantSession, sent: Sequence[Sent]) -> Counted:
        found = Counted(acknowledged=sum(one.object_id is not None for one in sent))
        found.given_up = len(sent) - found.acknowledged
        self._requests(session, sent, found)
        self._jobs(session, found)
        self._effects(session, found)
        self._files(session, found)
        found.events_left = session.scalar(select(func.count()).select_from(OutboxRow)) or 0
        report = verify(session, heads_of(self.site.settings))
        found.audit_faults, found.audited = len(report.faults) + report.more, report.entries
        return found

    def _requests(self, session: TenantSession, sent: Sequence[Sent], found: Counted) -> None:
        """Exactly once, by what carries the key: title of a hazard, name of a file; exports by their ids."""
        keys = {operation: {one.key for one in sent if one.operation == operation} for operation in (HAZARD, FILE)}
        rows = [(HAZARD, Hazard.title, Hazard.id, ""), (FILE, File.name, File.id, ".txt")]
        for operation, name, identity, ending in rows:
            there: dict[str, list[str]] = {}
            for title, object_id in session.execute(select(name, identity)):
                key = title.removesuffix(ending)
                if key in keys[operation]:
                    there.setdefault(key, []).append(str(object_id))
            found.doubled += sum(len(ids) - 1 for ids in there.values())
            told = [one for one in sent if one.operation == operation and one.object_id is not None]
            found.lost += sum(one.object_id not in there.get(one.key, []) for one in told)
        exports = {str(value) for value in session.scalars(select(Export.id))}
        ordered = [one for one in sent if one.operation == EXPORT]
        told_ids = {one.object_id for one in ordered if one.object_id is not None}
        found.lost += len(told_ids - exports) + sum(one.object_id is not None for one in ordered) - len(told_ids)
        fresh, self.seen = exports - self.seen, self.seen | exports
        found.doubled += max(0, len(fresh) - len(ordered))
        answered = Counter(session.scalars(select(IdempotencyKey.key).where(IdempotencyKey.status.is_not(None))))
        found.keys_astray = sum(answered[one.key] != 1 for one in sent if one.object_id is not None)

    def _jobs(self, session: TenantSession, found: Counted) -> None:
        ours = (Job.kind != POISON, Job.run_after <= session.now())
        by_state = select(Job.state, func.count()).where(*ours).group_by(Job.state)
        states: dict[str, int] = dict(session.execute(by_state).all())
        found.jobs_unfinished = states.get(QUEUED, 0) + states.get(RUNNING, 0)
        found.jobs_failed = states.get(FAILED, 0) + states.get(DEAD, 0)
        assert set(states) <= {QUEUED, RUNNING, DONE, FAILED, DEAD}

    def _effects(self, session: TenantSession, found: Counted) -> None:
        uploads = select(File.id).where(File.subject_kind.is_(None))
        for action, things in (
            ("hazard.report", select(Hazard.id)),
            ("file.stored", uploads),
            ("export.made", select(Export.id)),
        ):
            entries = Counter(session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == action)))
            found.effects_astray += _astray(entries, {str(value) for value in session.scalars(things)})
        of_exports = select(File.id, File.subject_id).where(File.subject_kind == "export")
        files: dict[UUID, UUID] = dict(session.execute(of_exports).all())
        for export_id, state, file_id in session.execute(select(Export.id, Export.state, Export.file_id)):
            found.effects_astray += state != READY or files.get(file_id) != export_id
        found.effects_astray += sum(number - 1 for number in Counter(files.values()).values())

    def _files(self, session: TenantSession, found: Counted) -> None:
        storage = storage_of(self.site.settings)
        assert isinstance(storage, DiskStorage)
        known = set(session.scalars(select(File.key)))
        thumbnails = {key for key in session.scalars(select(File.thumbnail_key)) if key}
        stored = {key for key, _ in storage.stored(session.tenant_id)}
        missing = session.scalar(select(func.count()).select_from(File).where(File.state != KEPT)) or 0
        found.rows_without_bytes = len(known - stored) + missing
        found.bytes_without_rows = len(stored - known - thumbnails)


def _astray(entries: Counter[str], wanted: set[str]) -> int:
    return sum(entries[one] != 1 for one in wanted) + sum(one not in wanted for one in entries)


def incoming_left(site: Site) -> int:
    """Half-written uploads that lie about."""
    folder = site.settings.files_folder
    assert folder is not None
    return sum(1 for _ in (folder / INCOMING).glob("*"))
