"""The audit chain of an imported tenant: checked as it was, then sealed anew, because the tenant's number is part of every link."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert, select

from core.audit.chain import CANONICAL, START, canonical_of, link
from core.audit.models import AuditEntry, AuditSeal
from core.db.sessions import TenantSession
from core.onboarding.transfer.layout import ChainEntry, refused
from core.onboarding.transfer.reading import in_batches

LINKS = 2_000


def reseal(session: TenantSession, was: ChainEntry, lines: Iterable[bytes]) -> int:
    """``lines``: ``{"seq", "audit_id"}`` in order; the entries are there already. Returns the links written.

    Raises Invalid where a link is missing, or the chain does not end in the hash that the manifest names: then somebody
    changed the log after it was sealed. What still waited to be sealed goes on waiting.
    """
    before, after = START, START
    expected = 0
    for batch in in_batches(lines, LINKS):
        links = [(int(one["seq"]), UUID(one["audit_id"])) for one in map(json.loads, batch)]
        texts = {
            entry_id: (old, new)
            for entry_id, old, new in session.execute(
                select(AuditEntry.id, canonical_of(was.tenant_id), CANONICAL).where(
                    AuditEntry.id.in_([entry_id for _, entry_id in links])
                )
            )
        }
        seals = []
        for seq, entry_id in links:
            expected += 1
            if seq != expected or entry_id not in texts:
                raise refused("审计日志的第 %(n)s 环不在单位包中", n=expected)
            old, new = texts[entry_id]
            before, after = link(before, old.encode()), link(after, new.encode())
            seals.append({"tenant_id": session.tenant_id, "seq": seq, "audit_id": entry_id, "hash": after})
        session.execute(insert(AuditSeal), seals)
    if expected != was.entries or (expected and before.hex() != was.head):
        raise refused("审计日志与导出时的链条不符：有记录在封存之后被改动")
    return expected
