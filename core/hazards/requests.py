"""What services and queries of hazards take out of a request."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import Response, send_file, url_for

from core.files.storage import storage_of
from core.hazards.catalogue import Catalogue, catalogue_of
from core.hazards.extensions.paper import extension_docx
from core.hazards.extensions.paper_kinds import EXTENSION
from core.hazards.extensions.queries import extension_requests
from core.hazards.paper import DOCX, Copy, paper_of, parts_of
from core.hazards.paper_kinds import PAPER
from core.hazards.queries import open_case, timeline
from core.hazards.tables.words import Words
from core.http.context import RequestContext
from core.kernel.errors import NotFound
from core.orgs.queries import UnitCard
from core.papers.queries.templates import template_bytes
from core.tenancy.shelf import pack_of
from core.tenancy.switches import serving


def who_and_what(context: RequestContext) -> dict[str, Any]:
    """The arguments that writes with a domain take."""
    return {
        "actor": context.actor,
        "pack": pack_of(context.session),
        "plugins": context.runtime.plugins,
        "plugins_on": context.switched_on,
    }


def catalogue(context: RequestContext, *, at: UnitCard | None = None) -> Catalogue:
    """``at``: what may be chosen for a hazard in that unit; a domain for other stages of schooling is not active there."""
    meant = serving(context.switched_on, context.switches, at.school_stages if at is not None else None)
    return catalogue_of(pack_of(context.session), context.runtime.plugins, meant, today=context.today)


def paper_answer(context: RequestContext, hazard_id: UUID) -> Response:
    """隐患整改单 as a file. Raises NotFound for what the actor does not see."""
    pack = pack_of(context.session)
    case = open_case(context.session, context.actor, pack, hazard_id)
    copy = Copy(
        district=context.tenant.name, by=context.actor.name, at=context.now(),
        address=context.runtime.settings.public_url + url_for("hazards.detail", hazard_id=hazard_id),
    )  # fmt: skip
    storage = storage_of(context.runtime.settings)
    template, _own = template_bytes(context.session, storage, PAPER)
    content = paper_of(
        case.card, case.state, tuple(reversed(timeline(context.session, hazard_id))), case.files,
        words=Words(pack, catalogue(context)), copy=copy, storage=storage, template=template,
        clauses=[f"{own.text}（{own.id}）" for own in pack.clauses if own.id in case.card.clauses],
    )  # fmt: skip
    name = f"{case.card.no or case.card.title}-隐患整改单.docx"
    return send_file(io.BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)


def extension_answer(context: RequestContext, hazard_id: UUID, *, no: int | None) -> Response:
    """延期申请 as a file; the newest, or the one with that number. Raises NotFound for what is not there or not seen."""
    pack = pack_of(context.session)
    case = open_case(context.session, context.actor, pack, hazard_id)
    request = next((own for own in extension_requests(context.session, hazard_id) if no in (None, own.no)), None)
    if request is None:
        raise NotFound()
    words = Words(pack, catalogue(context))
    template, _own = template_bytes(context.session, storage_of(context.runtime.settings), EXTENSION)
    content = extension_docx(
        case.card, request, district=context.tenant.name, grade=words.grade(case.card.grade, graded=case.card.graded),
        parts=parts_of(case.state, words), template=template,
        verify_url=context.runtime.settings.public_url + url_for("hazards.detail", hazard_id=hazard_id),
    )  # fmt: skip
    name = f"{case.card.no or case.card.title}-延期申请{request.no}.docx"
    return send_file(io.BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)
