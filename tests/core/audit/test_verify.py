"""Every way of tampering is found and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from core.access.actor import Actor
from core.audit.faults import CHANGED, CUT_OFF, HEAD_DAMAGED, NO_HEADS, REMOVED, REORDERED, REWRITTEN, UNSEALED
from core.audit.heads import Heads
from core.audit.models import AuditSeal
from core.audit.seal import seal_tenant
from core.audit.services import record
from core.audit.verify import Report, verify
from core.db.engines import Database
from tests.core.audit.conftest import SECRET

Tamper = Callable[..., None]
AT_5 = "(select audit_id from app.audit_seals where tenant_id = :mine and seq = 5)"
DROP_5 = f"delete from app.audit_entries where id = {AT_5}"
CHECK_ALL = 12


@pytest.fixture
def chain(
    db: Database, tenant_id: int, heads: Heads, tamper: Tamper, write: Callable[[int], None]
) -> Callable[[], Report]:
    """Twelve sealed entries, heads published at 4, 8 and 12; call it to verify."""
    for _ in range(3):
        write(4)
        seal_tenant(db, heads, tenant_id=tenant_id)

    def run() -> Report:
        with db.tenant(tenant_id, read_only=True) as session:
            return verify(session, heads)

    assert run().ok
    return run


def found(report: Report) -> list[tuple[str, int | None, int | None]]:
    return [(fault.kind, fault.seq, fault.until) for fault in report.faults]


def test_verify_when_nothing_was_touched_then_all_is_well(chain: Callable[[], Report]) -> None:
    report = chain()
    assert report.ok and report.entries == CHECK_ALL and report.heads == 3


@pytest.mark.parametrize(
    "change",
    [
        "set data = '{\"n\": 99}'", "set actor_name = '别人'", "set at = at + interval '1 microsecond'", "set action = 'x.y'",
        "set actor_id = gen_random_uuid()", "set object_id = 'z'", "set request_id = 'r'",
        "set origin = '10.0.0.1'",
    ],
)  # fmt: skip
def test_verify_when_an_entry_is_changed_then_it_alone_is_named(
    chain: Callable[[], Report], tamper: Tamper, db: Database, tenant_id: int, change: str
) -> None:
    tamper(f"update app.audit_entries {change} where id = {AT_5}")
    report = chain()
    assert found(report) == [(CHANGED, 5, None)]
    assert report.faults[0].audit_id == _id_at(db, tenant_id, 5)


def test_verify_when_a_hash_is_changed_then_that_link_alone_is_named(
    chain: Callable[[], Report], tamper: Tamper
) -> None:
    tamper(r"update app.audit_seals set hash = '\x00' where tenant_id = :mine and seq = 6")
    assert found(chain()) == [(CHANGED, 6, None)]


def test_verify_when_an_entry_is_removed_then_it_is_named(
    chain: Callable[[], Report], tamper: Tamper, db: Database, tenant_id: int
) -> None:
    tamper(DROP_5)
    report = chain()
    assert found(report) == [(REMOVED, 5, None)]
    assert report.faults[0].audit_id == _id_at(db, tenant_id, 5)


def test_verify_when_entries_and_seals_are_removed_then_the_gap_is_named(
    chain: Callable[[], Report], tamper: Tamper
) -> None:
    tamper(
        "delete from app.audit_entries where id in (select audit_id from app.audit_seals where tenant_id = :mine and seq in (5, 6))"
    )
    tamper("delete from app.audit_seals where tenant_id = :mine and seq in (5, 6)")
    assert found(chain()) == [(REMOVED, 5, 6)]


def test_verify_when_the_gap_is_closed_by_renumbering_then_the_removal_is_named(
    chain: Callable[[], Report], tamper: Tamper
) -> None:
    tamper(DROP_5)
    tamper("delete from app.audit_seals where tenant_id = :mine and seq = 5")
    tamper("update app.audit_seals set seq = seq + 100 where tenant_id = :mine and seq > 5")
    tamper("update app.audit_seals set seq = seq - 101 where tenant_id = :mine and seq > 100")
    assert found(chain()) == [(REMOVED, 5, None)]


@pytest.mark.parametrize("other", [5, 6, 9])
def test_verify_when_two_entries_change_places_then_a_moved_one_is_named(
    chain: Callable[[], Report], tamper: Tamper, other: int
) -> None:
    tamper("update app.audit_seals set seq = -seq where tenant_id = :mine and seq in (4, :other)", other=other)
    tamper("update app.audit_seals set seq = 4 + :other + seq where tenant_id = :mine and seq < 0", other=other)
    report = chain()
    assert {fault.kind for fault in report.faults} == {REORDERED}
    assert {fault.seq for fault in report.faults} <= {4, other}


def test_verify_when_the_end_is_cut_off_then_the_published_head_tells(
    chain: Callable[[], Report], tamper: Tamper
) -> None:
    tamper(
        "delete from app.audit_entries where id in (select audit_id from app.audit_seals where tenant_id = :mine and seq > 9)"
    )
    tamper("delete from app.audit_seals where tenant_id = :mine and seq > 9")
    assert found(chain()) == [(CUT_OFF, 10, 12)]


def test_verify_when_everything_is_gone_then_the_published_head_tells(
    chain: Callable[[], Report], tamper: Tamper
) -> None:
    tamper("delete from app.audit_entries where tenant_id = :mine")
    tamper("delete from app.audit_seals where tenant_id = :mine")
    assert found(chain()) == [(CUT_OFF, 1, 12)]


def test_verify_when_the_chain_is_recomputed_then_the_range_is_named(
    chain: Callable[[], Report], tamper: Tamper, db: Database, tenant_id: int, tmp_path: Path
) -> None:
    tamper(
        "update app.audit_entries set actor_name = '别人' where id = (select audit_id from app.audit_seals where tenant_id = :mine and seq = 6)"
    )
    tamper(
        "insert into app.audit_pending select tenant_id, audit_id from app.audit_seals where tenant_id = :mine and seq > 4"
    )
    tamper("delete from app.audit_seals where tenant_id = :mine and seq > 4")
    seal_tenant(db, Heads(tmp_path / "elsewhere", secret_key=SECRET), tenant_id=tenant_id)
    assert found(chain()) == [(REWRITTEN, 5, 8)]


def test_verify_when_an_entry_is_slipped_in_then_it_is_named(chain: Callable[[], Report], tamper: Tamper) -> None:
    slipped = UUID("01900000-0000-7000-8000-000000000001")
    tamper(
        "insert into app.audit_entries (tenant_id, id, at, actor_kind, actor_name, action, object_kind, object_id, data)"
        " values (:mine, :id, now(), 'person', 'x', 'a.b', 'a', '1', '{}')",
        id=slipped,
    )  # fmt: skip
    report = chain()
    assert [(fault.kind, fault.audit_id) for fault in report.faults] == [(UNSEALED, slipped)]
    tamper("insert into app.audit_pending values (:mine, :id)", id=slipped)
    assert [(fault.kind, fault.audit_id) for fault in chain().faults] == [(UNSEALED, slipped)]  # it waits far too long


def test_verify_when_an_entry_vanishes_before_sealing_then_it_is_named(
    chain: Callable[[], Report], tamper: Tamper, write: Callable[[int], None]
) -> None:
    write(1)
    assert chain().ok
    tamper("delete from app.audit_entries where id in (select audit_id from app.audit_pending where tenant_id = :mine)")
    assert [fault.kind for fault in chain().faults] == [REMOVED]


def test_verify_when_a_published_line_is_forged_or_torn_then_it_is_named(
    chain: Callable[[], Report], heads: Heads, tenant_id: int, write: Callable[[int], None], db: Database
) -> None:
    path = heads.folder / f"{tenant_id}.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0] + lines[1].replace('"seq": 8', '"seq": 7') + lines[2][:40])
    assert found(chain()) == [(HEAD_DAMAGED, 2, None), (HEAD_DAMAGED, 3, None)]
    write(1)
    seal_tenant(db, heads, tenant_id=tenant_id)
    assert chain().heads == 2


def test_verify_when_the_heads_are_gone_then_it_says_so(
    chain: Callable[[], Report], heads: Heads, tenant_id: int
) -> None:
    (heads.folder / f"{tenant_id}.jsonl").unlink()
    assert found(chain()) == [(NO_HEADS, None, None)]


def test_verify_when_old_lines_are_told_again_then_nothing_is_wrong(
    chain: Callable[[], Report], heads: Heads, tenant_id: int
) -> None:
    path = heads.folder / f"{tenant_id}.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[1] + lines[0] + lines[2] + lines[0])
    assert chain().ok


def test_verify_when_another_key_signed_then_no_head_counts(
    chain: Callable[[], Report], heads: Heads, tenant_id: int, db: Database
) -> None:
    with db.tenant(tenant_id, read_only=True) as session:
        report = verify(session, Heads(heads.folder, secret_key="another secret of thirty-two letters!"))
    assert [fault.kind for fault in report.faults] == [HEAD_DAMAGED] * 3


def _id_at(db: Database, tenant_id: int, seq: int) -> UUID:
    with db.tenant(tenant_id) as session:
        return session.scalars(select(AuditSeal.audit_id).where(AuditSeal.seq == seq)).one()


def test_verify_when_the_address_of_an_entry_is_wiped_then_it_is_named(
    chain: Callable[[], Report], tamper: Tamper, db: Database, tenant_id: int, heads: Heads, actor: Actor
) -> None:
    """Entries without an address are sealed as they were before the column; that must not let one be taken away."""
    with db.tenant(tenant_id) as session:
        session.info["origin"] = "10.1.1.1"
        record(session, actor=actor, action="hazard.closed", object_kind="hazard", object_id=13)
    seal_tenant(db, heads, tenant_id=tenant_id)
    assert chain().ok
    tamper("update app.audit_entries set origin = null where tenant_id = :mine and origin is not null")
    assert found(chain()) == [(CHANGED, 13, None)]


def test_verify_when_the_key_was_replaced_then_old_heads_count_and_are_told_apart(
    heads: Heads, tenant_id: int, db: Database, chain: Callable[[], Report], write: Callable[[int], None]
) -> None:
    fresh = "a new secret of thirty-two letters and more"
    renewed = Heads(heads.folder, secret_key=fresh, older_keys=(SECRET,))
    write(2)
    seal_tenant(db, renewed, tenant_id=tenant_id)
    with db.tenant(tenant_id, read_only=True) as session:
        report = verify(session, renewed)
        assert (report.ok, report.heads, report.older_key) == (True, 4, 3)
        forgotten = verify(session, Heads(heads.folder, secret_key=fresh))
        assert [fault.kind for fault in forgotten.faults] == [HEAD_DAMAGED] * 3
    last = renewed.last(tenant_id)
    assert last is not None and not last.older_key, "what is published now is signed by the new key"
