"""REST of the files of an entry: the same routes for every register, empty where it takes none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response
from marshmallow import Schema

from core.files.queries import FileCard
from core.files.schemas import FileSchema
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.registers.queries.entries import entry_card
from core.registers.queries.files import files_of
from core.registers.requests import Asked, entry_of
from core.registers.schemas import HangIn, out_schema
from core.registers.services import hang_files, take_file_off


def add_files(bp: ApiBlueprint, asked: Asked, out: type[Schema], *, one: str, read: str, write: str) -> None:
    """``one``: address of an entry; ``out``: the entry's schema."""

    @bp.get(f"{one}/files", permission=read)
    @bp.arguments(PageArgs, location="query")
    @bp.response(200, page_schema(FileSchema))
    def files(args: dict[str, Any], **ids: Any) -> Page[FileCard]:
        """Files that hang on it and that one may see, oldest first; their bytes: /files/<id>/content."""
        context, register = current(), asked.register(ids)
        reach = register.reach(context.actor)
        card = entry_card(context.session, asked.registers, register, reach, entry_of(ids))
        return Paging.of(args).cut(files_of(context.session, context.actor, register, card))

    @bp.post(f"{one}/files", permission=write, creates=True)
    @bp.doc(**{"x-if-match": True})
    @bp.arguments(HangIn)
    @bp.response(201, out)
    def hang(given: dict[str, Any], **ids: Any) -> Response:
        """Hangs one's own upload on the entry. Answers the entry."""
        context, register = current(), asked.register(ids)
        entry_id = entry_of(ids)
        hang_files(
            context.session, actor=context.actor, register=register, entry_id=entry_id, version=expected_version(),
            file_ids=[given["file_id"]],
        )  # fmt: skip
        card = entry_card(context.session, asked.registers, register, register.keep(context.actor), entry_id)
        shown = out_schema(register)().dump(card.dump(register))
        return with_etag(make_response(jsonify(shown), 201), card.version)

    @bp.delete(f"{one}/files/<uuid:file_id>", permission=write)
    @bp.response(204)
    def take_off(file_id: UUID, **ids: Any) -> Response:
        """Takes a file off for good."""
        context, register = current(), asked.register(ids)
        version = take_file_off(
            context.session, actor=context.actor, register=register, entry_id=entry_of(ids), version=expected_version(),
            file_id=file_id,
        )  # fmt: skip
        return with_etag(make_response("", 204), version)
