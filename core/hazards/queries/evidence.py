"""The files that hang on hazards: how many of each kind, and which."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, func, literal, select

from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.files.models import File
from core.tenancy.packs.model.lifecycle import EvidenceKind

SUBJECT = "hazard"
"""Kind under which files hang on a hazard; their purpose is the kind of evidence."""
KINDS = frozenset(str(kind) for kind in EvidenceKind)

_COUNTS = Prepared(
    select(File.purpose, func.count())
    .where(
        File.subject_kind == SUBJECT,
        File.subject_id == bindparam("hazard_id"),
        File.purpose == any_(literal(sorted(KINDS), ARRAY(Text))),
    )
    .group_by(File.purpose)
)


def evidence_counts(session: TenantSession, hazard_id: UUID) -> dict[EvidenceKind, int]:
    return {EvidenceKind(purpose): count for purpose, count in _COUNTS.rows(session, hazard_id=hazard_id)}


def loose_files(session: TenantSession, file_ids: Iterable[UUID], uploaded_by: UUID | None) -> dict[UUID, str]:
    """Those of the files that this person uploaded and that hang on nothing yet: id → purpose."""
    rows = session.execute(
        select(File.id, File.purpose).where(
            File.id.in_(set(file_ids)), File.uploaded_by == uploaded_by, File.subject_kind.is_(None)
        )
    )
    return {row.id: row.purpose for row in rows}
