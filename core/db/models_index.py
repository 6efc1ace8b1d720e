"""Imports every module that defines tables, so that Base.metadata is complete (migrations, drift check, tests)."""

from __future__ import annotations

import importlib
import importlib.util
from contextlib import suppress
from importlib.metadata import entry_points

CORE = (
    "tenancy",
    "audit",
    "jobs",
    "identity",
    "orgs",
    "files",
    "notify",
    "registers",
    "hazards",
    "hazards.drafts",
    "hazards.extensions",
    "hazards.history",
    "inspections",
    "papers",
    "records",
    "exams",
    "obligations",
    "campaigns",
    "statistics",
    "reports",
    "accountability",
    "assessment",
    "oversight",
    "exchange",
    "search",
    "onboarding",
    "http",
)


def load() -> None:
    for package in CORE:
        _import_models(f"core.{package}")
    for entry in entry_points(group="xiaoan.plugins"):
        # A plugin that cannot be imported has no say; which one and why is said where plugins are loaded.
        with suppress(Exception):
            _import_models(entry.module.rpartition(".")[0])


def _import_models(package: str) -> None:
    if importlib.util.find_spec(f"{package}.models") is not None:
        importlib.import_module(f"{package}.models")
