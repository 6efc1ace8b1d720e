"""A plugin with one job that kills the process that works on it, put before the real processes by an entry point."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.sdk.domain import TenantSession
from core.sdk.hooks import PluginMeta, impl
from core.sdk.jobs import JobHandle, job

META = PluginMeta(slug="poison", title="毒药", summary="故障试验用", version="1.0", core_range=">=0.1,<1")
KIND = "poison.die"
ATTEMPTS = 3
"""What the product promises: core.jobs.runner counts claims, and a claim is committed before the work begins."""


@job(KIND)
def die(session: TenantSession, *, job: JobHandle) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (die,)


def installed(folder: Path) -> Path:
    """A folder for the PYTHONPATH, in which this plugin is installed as far as importlib.metadata can tell."""
    place = folder / "site"
    notes = place / "xiaoan_poison-1.0.dist-info"
    notes.mkdir(parents=True, exist_ok=True)
    (notes / "METADATA").write_text("Metadata-Version: 2.1\nName: xiaoan-poison\nVersion: 1.0\n", encoding="utf-8")
    (notes / "entry_points.txt").write_text(f"[xiaoan.plugins]\npoison = {__name__}\n", encoding="utf-8")
    return place
