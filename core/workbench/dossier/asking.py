"""What a dossier is asked for: a campaign, days, perhaps a unit; the campaign under way up to today unless others are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.permissions import HazardPermission
from core.hooks.tables import Question
from core.http.days import refuse_far_days
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound
from core.tenancy.packs.model import Campaign, Pack
from core.workbench.dossier.shapes import Asked

YEAR = timedelta(days=365)
MOST = 3 * YEAR
"""A campaign of three years is one dossier; the calendar of obligations is not counted for longer."""
FILTERS = ("campaign", "since", "until", "unit_id")


class DossierArgs(Schema):
    """Days are local, both included."""

    campaign = fields.String(load_default="", validate=validate.Length(max=80))
    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)
    unit_id = fields.UUID(load_default=None, allow_none=True)


def asked_of(
    session: TenantSession, actor: Actor, pack: Pack, args: Mapping[str, Any]
) -> tuple[Asked, Campaign | None]:
    """What DossierArgs loaded. Raises Invalid, NotFound for a unit out of reach."""
    today = local_date(session.now())
    campaigns = {own.code: own for own in pack.campaigns}
    under_way = [own for own in campaigns.values() if not own.within and own.starts <= today <= own.ends]
    campaign = campaigns.get(args["campaign"]) or next(iter([*under_way, *campaigns.values()]), None)
    since, until = _span(campaign, today, args["since"], args["until"])
    if until < since:
        raise Invalid(fields={"until": "不能早于开始日期"})
    if until - since > MOST:
        raise Invalid(fields={"since": "一次最多三年，请缩短日期"})
    if args["unit_id"] is not None and not actor.may(HazardPermission.READ, args["unit_id"]):
        raise NotFound()
    return Asked(campaign.code if campaign else "", since, until, args["unit_id"]), campaign


def loaded(question: Question) -> dict[str, Any]:
    """The same out of an export's question. Raises Invalid."""
    given = {name: question.one(name) for name in FILTERS if question.one(name)}
    try:
        args: dict[str, Any] = DossierArgs(unknown=EXCLUDE).load(given)
    except ValidationError as fault:
        raise Invalid(fields={str(name): "没有这样的筛选条件" for name in fault.messages_dict}) from fault
    refuse_far_days(args)
    return args


def _span(campaign: Campaign | None, today: date, since: date | None, until: date | None) -> tuple[date, date]:
    starts = campaign.starts if campaign else today - YEAR
    ends = min(campaign.ends, today) if campaign else today
    first = since or min(starts, today)
    return first, until or max(ends, first)
