"""Processor time of one session's server process: what others on the machine do is not in it."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import text

from core.db.sessions import TenantSession


def known() -> bool:
    """Linux only."""
    return Path("/proc/self/schedstat").exists()


def backend_of(session: TenantSession) -> int:
    """Its process id."""
    return int(session.execute(text("select pg_backend_pid()")).scalar_one())


def spent(backend: int) -> float:
    """Seconds so far."""
    return int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9


def spent_by_both(backend: int) -> float:
    """And by this process."""
    return spent(backend) + time.process_time()
