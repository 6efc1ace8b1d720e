"""Files of an entry on its pages: what is shown, the chooser on the form, what came with it, one taken off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.files.permissions import FilePermission
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.words import said
from core.registers.declared import Register
from core.registers.queries.cards import EntryCard
from core.registers.queries.files import ENDINGS, files_of
from core.registers.requests import Asked, entry_of
from core.registers.services import hang_files, take_file_off


def add_files(bp: PageBlueprint, asked: Asked, *, one: str, write: str) -> None:
    """``one``: address of an entry."""

    @bp.post(f"{one}/files/<uuid:file_id>/remove", permission=write)
    def take_off(file_id: UUID, **ids: Any) -> Response:
        context, register = current(), asked.register(ids)
        entry_id = entry_of(ids)
        take_file_off(
            context.session, actor=context.actor, register=register, entry_id=entry_id, version=expected_version(), file_id=file_id
        )  # fmt: skip
        flash(_("已移除，变更记录中留有数量。"), "success")
        return redirect(f"{register.path}/{entry_id}")


def hang(context: RequestContext, register: Register, entry_id: UUID, *, version: int, uploads: list[UUID]) -> None:
    """What came with the form."""
    if uploads:
        hang_files(
            context.session,
            actor=context.actor,
            register=register,
            entry_id=entry_id,
            version=version,
            file_ids=uploads,
        )


def shown_files(context: RequestContext, register: Register, card: EntryCard) -> list[dict[str, Any]]:
    """For the gallery: the files that one may see. A file whose bytes are gone is left out."""
    return [
        {"id": file.id, "url": url_for("files.content", file_id=file.id), "name": file.name, "size": file.size, "kind": file.kind,
         "thumb_url": url_for("files.thumbnail", file_id=file.id) if file.thumbnail_key else None, "uploaded_at": file.uploaded_at}
        for file in files_of(context.session, context.actor, register, card)
        if file.kept
    ]  # fmt: skip


def file_control(register: Register, card: EntryCard | None, errors: Mapping[str, str]) -> dict[str, Any] | None:
    """The chooser of files, where the register takes some, there is room, and the person may upload."""
    taken, context = register.files, current()
    room = 0 if taken is None else taken.most - (card.files if card is not None else 0)
    if taken is None or room < 1 or not context.actor.may(FilePermission.WRITE):
        return None
    size = context.runtime.settings.upload_max_mb
    told = _("还可以上传%(n)s个，每个不超过%(mb)s MB", n=room, mb=size)
    if errors:
        told = f"{_('表单没有保存，文件请重新选择')}；{told}"
    return {
        "label": taken.label, "error": errors.get("files"), "help": "；".join(filter(None, (said(taken.help), told))),
        "attrs": {
            "multiple": "multiple", "accept": ",".join(ENDINGS[sort] for sort in taken.sorts), "data-max-bytes": size * 1024 * 1024,
            "data-text-large": _("超过%(n)s MB，请换一个文件", n=size),
        },
    }  # fmt: skip
