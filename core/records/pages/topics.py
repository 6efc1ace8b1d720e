"""专题覆盖: which school did something on which topic of a kind of record."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from core.http import forms
from core.http.context import current
from core.http.paging import Paging
from core.http.words import choices, said
from core.records.kinds import kinds_of, topics_of
from core.records.pages.blueprint import bp
from core.records.permissions import RecordPermission
from core.records.queries.topics import TopicTotal, topic_totals, topics_by_school
from core.records.requests import topics_asked
from core.records.schemas import TopicArgs
from core.tenancy.shelf import pack_of


@bp.get("/records/topics", permission=RecordPermission.READ)
def topics() -> str:
    context = current()
    args = forms.query(TopicArgs)
    pack = pack_of(context.session)
    kinds = {code: kind for code, kind in kinds_of(pack).items() if topics_of(pack, kind)}
    kind, span = topics_asked(context, args)
    about = {own.code: own.label for own in topics_of(pack, kinds[kind])} if kind in kinds else {}
    page = topics_by_school(context.session, context.actor, kind=kind, span=span, paging=Paging.of(args))
    found = topic_totals(context.session, context.actor, kind=kind, span=span)
    columns = [
        {"label": _("单位"), "width": "lg"},
        *({"label": said(label), "kind": "num"} for label in about.values()),
    ]
    return render_template(
        "records/topics.html", page=page, about=about, columns=columns, totals={code: found.get(code, TopicTotal()) for code in about},
        kind=kind, span=span, kinds=choices({code: own.label for code, own in kinds.items()}), active=sum(1 for value in args.values() if value),
    )  # fmt: skip
