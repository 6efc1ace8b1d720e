"""What the official papers hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.papers import PaperKind
from core.hooks.specs import impl
from core.papers.audited import AUDITED
from core.papers.general import KINDS
from core.papers.pages import bp as pages
from core.papers.permissions import DECLARED, PaperPermission
from core.papers.queries.papers import may_see_files, unreceived
from core.papers.rest import bp as rest
from core.papers.services import papers, templates


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (pages, rest)


@impl
def register_papers() -> Sequence[PaperKind]:
    return KINDS


@impl
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    return {papers.SUBJECT: may_see_files, templates.SUBJECT: sees_templates}


def sees_templates(session: TenantSession, actor: Actor, template_id: UUID) -> bool:
    """Whoever keeps the templates sees the files of all of them."""
    return actor.may(PaperPermission.TEMPLATE)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry("公文", "papers.index", "file-text", "daily", 60, PaperPermission.READ),
        MenuEntry("文书模板", "papers.templates", "files", "admin", 62, PaperPermission.TEMPLATE),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    count = unreceived(session, actor)
    if not count:
        return ()
    return (DeskCard("待签收公文", count, "papers.index", (("waiting", "1"),), "soon", "发给本单位，还没有签收", 28),)
