"""The one blueprint that these pages hang on, and what they share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _

from core.files.permissions import FilePermission
from core.files.queries import FileCard
from core.files.services import store_file
from core.files.storage import storage_of
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext
from core.http.words import said
from core.kernel.errors import Forbidden, Invalid, XiaoanError
from core.tenancy.packs.model import Pack

bp = PageBlueprint("campaigns", "core.campaigns")
MOST_FILES = 9


def faults_of(fault: XiaoanError) -> tuple[dict[str, str], str]:
    """(field → what is right, message), in the reader's language."""
    return {name: said(right) for name, right in fault.fields.items()}, said(fault.phrase)


def tabs(here: str) -> list[dict[str, Any]]:
    """The pages of 专项行动 as tabs; ``here``: endpoint of the one that is open."""
    pages = (
        ("campaigns.overview", _("总览")), ("campaigns.matrix", _("责任分工")), ("campaigns.duties", _("履职清单")),
        ("campaigns.letters", _("责任书")), ("campaigns.schemes", _("实施方案")),
    )  # fmt: skip
    return [{"title": title, "url": url_for(endpoint), "active": endpoint == here} for endpoint, title in pages]


def keep_uploads(context: RequestContext, purpose: str = "document") -> list[UUID]:
    """Stores the files that came with a form under ``files``. Raises Forbidden, Invalid."""
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if len(uploads) > MOST_FILES:
        raise Invalid(fields={"file_ids": "最多9个文件"})
    if uploads and not context.actor.may(FilePermission.WRITE):
        raise Forbidden()
    settings = context.runtime.settings
    return [
        store_file(
            context.session, actor=context.actor, storage=storage_of(settings), stream=cast("Any", upload.stream),
            name=upload.filename or "", purpose=purpose, max_bytes=settings.upload_max_mb * 1024 * 1024,
        ).id
        for upload in uploads
    ]  # fmt: skip


def gallery(files: Iterable[FileCard]) -> list[dict[str, Any]]:
    """Files as the macro ``gallery`` takes them."""
    return [
        {
            "url": url_for("files.content", file_id=card.id), "name": card.name, "size": card.size, "kind": card.kind,
            "thumb_url": url_for("files.thumbnail", file_id=card.id) if card.thumbnail_key else None,
            "occurred_at": card.occurred_at, "uploaded_at": card.uploaded_at,
        }
        for card in files
    ]  # fmt: skip


def departments_of(pack: Pack) -> dict[str, str]:
    """Code → label."""
    return {own.code: own.label for own in pack.departments}


def campaigns_of(pack: Pack) -> dict[str, str]:
    """Code → label, the outermost first."""
    return {own.code: own.label for own in pack.campaigns}


def phases_of(pack: Pack) -> dict[tuple[str, str], str]:
    """(campaign, phase) → label."""
    return {(own.code, phase.code): phase.label for own in pack.campaigns for phase in own.phases}


def phase_options(pack: Pack, campaign: str = "") -> list[tuple[str, str]]:
    """(code, label) of the phases of one campaign, or of the outermost with any."""
    own = next((each for each in pack.campaigns if each.phases and campaign in ("", each.code)), None)
    return [(phase.code, phase.label) for phase in own.phases] if own else []
