"""Which tables go into a package, in which order, and which stay behind and why. Whatever is not named here is carried."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import JSONB

from core.db import models_index
from core.db.base import Base

LEFT_OUT: Mapping[str, str] = {
    "sessions": "secret: people sign in again",
    "api_tokens": "secret: keys are made again",
    "obligation_feeds": "secret: addresses of calendars are made again",
    "sign_in_attempts": "of this installation: failed sign-ins",
    "person_links": "of this installation: accounts in other tenants",
    "oversight_consents": "of this installation: the bureau that was let in is another tenant here",
    "plugin_faults": "of this installation: plugins that failed",
    "plugin_strikes": "of this installation: plugins that failed",
    "jobs": "of this installation: work under way",
    "outbox": "of this installation: work under way",
    "idempotency_keys": "of this installation: repeated requests",
    "search_heads": "derived: the index is built anew",
    "search_documents": "derived: the index is built anew",
    "search_postings": "derived: the index is built anew",
    "hazard_rollups": "derived: counted anew",
    "reporting_rollups": "derived: counted anew",
    "rollup_states": "derived: counted anew",
    "org_closure": "derived: made of the links",
}
BLANK: Mapping[tuple[str, str], str] = {
    ("people", "password_hash"): "secret: administrators give one-time passwords",
    ("audit_seals", "hash"): "derived: the chain is sealed anew; the manifest has its last hash",
    ("assessment_rounds", "job_id"): "of this installation: work under way",
    ("exports", "job_id"): "of this installation: work under way",
    ("import_batches", "job_id"): "of this installation: work under way",
}
"""Columns whose values stay behind."""
PLATFORM = frozenset({"tenants", "plugin_states"})
"""Tables of no tenant."""
SEALS = "audit_seals"


@cache
def carried() -> tuple[Table, ...]:
    """In the order of foreign keys: what is referred to comes first."""
    models_index.load()
    return tuple(
        table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT and table.name not in PLATFORM
    )


def columns(table: Table) -> tuple[Column[object], ...]:
    """Those that stand in the file: not the tenant, nothing that the database computes, nothing that stays behind."""
    return tuple(
        column
        for column in table.columns
        if column.name != "tenant_id" and column.computed is None and (table.name, column.name) not in BLANK
    )


def may_be_json_null(column: Column[object]) -> bool:
    return isinstance(column.type, JSONB) and bool(column.nullable)


def refers_to_itself(table: Table) -> tuple[str, ...]:
    """Columns by which a row refers to another of the same table."""
    return tuple(
        sorted(
            key.parent.name
            for key in table.foreign_keys
            if key.column.table is table and key.parent.name != "tenant_id"
        )
    )


def left_out() -> dict[str, str]:
    return {**LEFT_OUT, **{f"{table}.{column}": why for (table, column), why in BLANK.items()}}
