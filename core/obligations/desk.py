"""Cards of the 工作台: what one's own units owe this week, and what is overdue."""

from __future__ import annotations

from datetime import timedelta

from core.access.actor import Actor, Coverage
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.hooks.meta import DeskCard
from core.kernel.clock import local_date
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import Asked, Tally, due_sums
from core.obligations.words import DAILY

BACK = timedelta(days=92)
"""What fell due longer ago is no longer a matter of this desk; the list shows it."""


def desk_cards(session: TenantSession, actor: Actor, plugins: Plugins) -> tuple[DeskCard, ...]:
    """Of the units in which this person holds a post. One query beside those of the ground."""
    homes = frozenset(
        grant.home_unit_id for grant in actor.grants if grant.home_unit_id and grant.gives(ObligationPermission.READ)
    )
    if not homes:
        return ()
    today = local_date(session.now())
    sunday = today + timedelta(days=6 - today.weekday())
    sums = due_sums(session, plugins, coverage=Coverage(homes), asked=Asked(Span(today - BACK, sunday), reader=actor))
    overdue, week = Tally(), Tally()
    for one in sums:
        due_on = one.expected.found.due_on
        if due_on is None or one.expected.duty.rule.period in DAILY:
            continue
        overdue = overdue + one.tally
        if due_on >= today:
            week = week + one.tally
    args = _args(homes)
    late = overdue.of(Standing.OVERDUE)
    soon = week.of(Standing.UNDER_WAY) + week.of(Standing.NOT_YET)
    span = (("since", (today - BACK).isoformat()), ("until", sunday.isoformat()))
    cards = (
        DeskCard("逾期未完成的事项", late, "due.rows", (*args, *span, ("state", "overdue")), "overdue", "按文件要求已过期", 12),
        DeskCard(
            "本周到期的事项", soon, "due.rows", (*args, ("since", today.isoformat()), ("until", sunday.isoformat())), "soon",
            "做完留下记录即自动计入", 28,
        ),
    )  # fmt: skip
    return tuple(card for card in cards if card.count)


def _args(homes: frozenset[object]) -> tuple[tuple[str, str], ...]:
    return (("unit_id", str(next(iter(homes)))),) if len(homes) == 1 else ()
