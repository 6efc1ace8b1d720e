"""Which kinds of tables there are for somebody: what features and plugins offer, less what the actor may not touch."""

from __future__ import annotations

from core.hooks.tables import ExportKind, ImportKind, TableWork
from core.kernel.errors import NotFound


def import_kinds(work: TableWork) -> dict[str, ImportKind]:
    """By slug, in the order of the features."""
    offered: list[ImportKind] = work.plugins.collect(
        "collect_import_kinds", work.plugins_on, session=work.session, actor=work.actor
    )
    found: dict[str, ImportKind] = {}
    for kind in offered:
        if work.actor.may(kind.permission):
            found.setdefault(kind.slug, kind)
    return found


def import_kind(work: TableWork, slug: str) -> ImportKind:
    """Raises NotFound for what nobody offers to this actor any more."""
    found = import_kinds(work).get(slug)
    if found is None:
        raise NotFound("没有这种表格，或您没有导入它的权限")
    return found


def export_kinds(work: TableWork) -> dict[str, ExportKind]:
    """By slug, in the order of the features."""
    offered: list[ExportKind] = work.plugins.collect(
        "collect_export_kinds", work.plugins_on, session=work.session, actor=work.actor
    )
    found: dict[str, ExportKind] = {}
    for kind in offered:
        if work.actor.may(kind.permission):
            found.setdefault(kind.slug, kind)
    return found


def export_kind(work: TableWork, slug: str) -> ExportKind:
    """Raises NotFound for what nobody offers to this actor any more."""
    found = export_kinds(work).get(slug)
    if found is None:
        raise NotFound("没有这种表格，或您没有导出它的权限")
    return found
