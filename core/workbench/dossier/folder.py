"""迎检材料 as one folder: index with the gaps first, the lists as tables, the ledgers, then the files behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.db.sessions import TenantSession
from core.hazards.permissions import HazardPermission
from core.hooks.folders import FolderFile, FolderKind
from core.hooks.tables import ExportKind, Question, TableWork
from core.kernel.clock import local_date
from core.orgs.queries import root_unit_id, unit_card
from core.papers.queries.templates import template_bytes
from core.tenancy.shelf import pack_of
from core.workbench.dossier.asking import FILTERS, asked_of, loaded
from core.workbench.dossier.evidence import evidence_files, evidence_sums
from core.workbench.dossier.paper import cover_docx
from core.workbench.dossier.paper_kinds import COVER
from core.workbench.dossier.queries import dossier
from core.workbench.dossier.shapes import Asked, Dossier
from core.workbench.dossier.tables import TABLES

INDEX = "00 封面与目录.docx"
LEDGER, RECORDS, REGISTERS = "hazards", "records", "registers."
"""Slugs of exports of other features that belong into the folder."""


class DossierFolder(FolderKind):
    """What the page shows, to put on the table or on a stick; each part by the right of its own list or export."""

    slug = "dossier"
    title = "迎检材料"
    summary = "封面与目录、履职情况、隐患台账、工作记录、各类台账和佐证文件，装在一个文件夹里"
    permission = HazardPermission.EXPORT
    filters = FILTERS

    def said(self, work: TableWork, question: Question) -> str:
        asked, campaign = asked_of(work.session, work.actor, pack_of(work.session), loaded(question))
        unit = unit_card(work.session, asked.unit_id).name if asked.unit_id is not None else ""
        span = f"{asked.since}—{asked.until}"
        return "；".join(word for word in (campaign.label if campaign else "", span, unit) if word)

    def count(self, work: TableWork, question: Question) -> int:
        asked, _ = asked_of(work.session, work.actor, pack_of(work.session), loaded(question))
        files, _bytes = evidence_sums(work.session, work.actor, asked)
        return 1 + len(_tables(work, asked)) + files

    def files(self, work: TableWork, question: Question, storage: Any) -> Iterator[FolderFile]:
        session, pack = work.session, pack_of(work.session)
        asked, campaign = asked_of(session, work.actor, pack, loaded(question))
        found = dossier(session, work.actor, pack, work.plugins, asked=asked)
        home = asked.unit_id or root_unit_id(session)
        unit = unit_card(session, home).name if home is not None else pack.name
        cover = cover_of(
            session, storage, found, asked, label=campaign.label if campaign else pack.name, unit=unit, made_by=work.actor.name
        )  # fmt: skip
        yield FolderFile(INDEX, content=cover)
        yield from _tables(work, asked)
        yield from evidence_files(session, work.actor, pack, asked)


def cover_of(
    session: TenantSession, storage: Any, found: Dossier, asked: Asked, *, label: str, unit: str, made_by: str
) -> bytes:  # fmt: skip
    """台账封面与目录 as docx, on the district's own template where it has one."""
    template, _own = template_bytes(session, storage, COVER)
    return cover_docx(
        template, gaps=found.gaps, parts=found.parts, campaign=label, unit=unit, since=asked.since, until=asked.until, made_by=made_by,
        made_on=local_date(session.now()),
    )  # fmt: skip


def _tables(work: TableWork, asked: Asked) -> list[FolderFile]:
    """The dossier's own lists, then the exports of the ledger, the records and every register that holds something."""
    days = {"since": (asked.since.isoformat(),), "until": (asked.until.isoformat(),)}
    unit = {} if asked.unit_id is None else {"unit_id": (str(asked.unit_id),)}
    found = {"found_from": days["since"], "found_to": days["until"], **unit}
    files = [
        FolderFile(f"01 清单/{made(asked).title}.xlsx", table=made(asked)) for made in TABLES if work.actor.may(made.permission)
    ]  # fmt: skip
    for slug, kind in _offered(work).items():
        if slug == LEDGER:
            files.append(FolderFile(f"01 清单/{kind.title}.xlsx", table=kind, question=Question(found)))
        elif slug == RECORDS:
            held = Question({**days, **unit, "state": ("held",)})
            files.append(FolderFile(f"01 清单/{kind.title}.xlsx", table=kind, question=held))
        elif slug.startswith(REGISTERS) and kind.count(work, Question(unit)):
            files.append(FolderFile(f"02 台账/{kind.title}.xlsx", table=kind, question=Question(unit)))
    return files


def _offered(work: TableWork) -> dict[str, ExportKind]:
    """What the actor may export, by slug."""
    kinds: list[ExportKind] = work.plugins.collect(
        "collect_export_kinds", work.plugins_on, session=work.session, actor=work.actor
    )
    return {kind.slug: kind for kind in reversed(kinds) if work.actor.may(kind.permission)}
