"""The short version of ``make faults``: three faults, a few seconds of load each, the same counts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.counting import Counted, incoming_left
from tests.faults.running import Outcome, Stage, broken, run, settled, staged
from tests.faults.table import BY_NAME

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One installation for all of them. Not under pytest's own folders, which the servers' user cannot reach."""
    folder = Path(tempfile.mkdtemp(prefix="xiaoan-faults-"))
    folder.chmod(0o711)
    try:
        with staged(folder, with_disk=False) as found:
            yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("name", ["web-worker", "postmaster", "job-worker"])
def test_fault_when_it_happens_under_load_then_everything_accepted_is_there_once(
    stage: Stage, name: str, record_property: pytest.RecordProperty
) -> None:
    found = run(stage, BY_NAME[name], threads=4, before_s=1.5, after_s=4)
    record_property("figures", found.told())
    assert found.failed == [], found.told()
    assert found.counted.acknowledged > 0
    assert found.served_again_s < 90, "the busiest machine has seen to it by then"


def test_sweep_when_faults_are_over_then_nothing_is_left_lying_about(stage: Stage) -> None:
    stage.ledger.swept(stage.db)
    settled(stage)
    after = stage.ledger.count(stage.db, [])
    assert after.faults() == {}
    assert after.audited > 0
    assert incoming_left(stage.site) == 0


def test_counts_when_something_is_amiss_then_the_promise_is_broken() -> None:
    def judged(seamless: bool = False, failed_attempts: dict[str, int] | None = None, **counts: int) -> list[str]:
        counted = Counted(acknowledged=10, audited=10, **counts)
        return broken(Outcome("x", "x", counted, failed_attempts=failed_attempts or {}), seamless=seamless)

    assert judged() == []
    assert judged(failed_attempts={"503": 1}) == []
    assert judged(failed_attempts={"503": 1}, seamless=True) != []
    kinds = (
        "lost", "doubled", "keys_astray", "jobs_unfinished", "jobs_failed", "effects_astray", "events_left",
        "rows_without_bytes", "audit_faults", "given_up",
    )  # fmt: skip
    for kind in kinds:
        assert judged(**{kind: 1}) != [], kind
    assert broken(Outcome("x", "x", Counted()), seamless=False) != [], "nothing was tried"
