"""延期申请 on a hazard's page: asking, deciding, the paper."""

from __future__ import annotations

from uuid import UUID

from flask import Response as Answer
from werkzeug.wrappers import Response

from core.hazards.extensions.schemas import AskExtensionIn, DecideExtensionIn, PaperArgs
from core.hazards.pages.acts import sent, tried
from core.hazards.pages.blueprint import bp
from core.hazards.permissions import HazardPermission
from core.hazards.requests import extension_answer
from core.hazards.services import ask_extension, decide_extension, withdraw_extension
from core.http.context import current
from core.http.forms import query
from core.tenancy.shelf import pack_of

READ = HazardPermission.READ


@bp.post("/hazards/<uuid:hazard_id>/extension-requests", permission=READ)
def ask_more_time(hazard_id: UUID) -> Response:
    return tried(hazard_id, "ask_extension", ask_extension, sent(AskExtensionIn))


@bp.post("/hazards/<uuid:hazard_id>/extension-requests/decision", permission=HazardPermission.EXTEND)
def decide_more_time(hazard_id: UUID) -> Response:
    return tried(hazard_id, "decide_extension", decide_extension, sent(DecideExtensionIn))


@bp.post("/hazards/<uuid:hazard_id>/extension-requests/withdrawal", permission=READ)
def withdraw_more_time(hazard_id: UUID) -> Response:
    return tried(
        hazard_id,
        "withdraw_extension",
        withdraw_extension,
        lambda context: {"actor": context.actor, "pack": pack_of(context.session)},
    )


@bp.get("/hazards/<uuid:hazard_id>/extension-request.docx", permission=READ, exports=True)
def extension_paper(hazard_id: UUID) -> Answer:
    return extension_answer(current(), hazard_id, no=query(PaperArgs)["no"])
