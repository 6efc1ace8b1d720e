"""What a district confirms: values that its notice does not state (待确认), and its own first steps."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.errors import Invalid, NotFound
from core.kernel.events import Event
from core.onboarding.models import OnboardingStep
from core.onboarding.steps import STEPS
from core.tenancy import changes, shelf
from core.tenancy.changes import CONFIRMED
from core.tenancy.models import PackOverride
from core.tenancy.packs.unconfirmed import unconfirmed
from core.tenancy.permissions import TenancyPermission
from core.tenancy.updating import newest_number


def confirm_values(session: TenantSession, *, actor: Actor, places: Collection[str]) -> int:
    """These values are the district's word from now on: no longer shown as 待确认, and what they ask for counts. Returns how
    many were confirmed now. Raises Invalid for a place where nothing waits."""
    actor.require(TenancyPermission.SETTING_WRITE)
    pack = shelf.current(session)
    if pack is None:
        raise NotFound()
    waiting = {one.place for one in unconfirmed(pack)}
    there = changes.changes(session).confirmed
    fresh = [place for place in dict.fromkeys(places) if place not in there]
    if unknown := [place for place in fresh if place not in waiting]:
        raise Invalid("这里没有待确认的数值", fields=dict.fromkeys(unknown, "没有待确认的数值"))
    for place in fresh:
        path = CONFIRMED + place
        session.add(PackOverride(path=path, value=True, set_by=actor.person_id, set_at=session.now()))
        record(session, actor=actor, action="pack.confirmed", object_kind="pack", object_id=path, data={})
        emit(session, Event("pack.changed", session.tenant_id, session.now(), {"path": path}))
    session.flush()
    changes.forget(session)
    shelf.forget(session)
    return len(fresh)


def confirm_step(session: TenantSession, *, actor: Actor, step: str) -> None:
    """Somebody of the district looked at this step, with the pack version in force. Doing it again changes nothing. Raises NotFound."""
    actor.require(TenancyPermission.SETTING_WRITE)
    number = newest_number(session)
    if step not in STEPS or number is None:
        raise NotFound()
    row = session.scalars(select(OnboardingStep).where(OnboardingStep.step == step).with_for_update()).first()
    if row is not None and row.pack_version == number:
        return
    if row is None:
        row = OnboardingStep(step=step)
        session.add(row)
    row.pack_version, row.confirmed_at, row.confirmed_by = number, session.now(), actor.person_id
    session.flush()
    record(
        session, actor=actor, action="onboarding.confirmed", object_kind="onboarding_step", object_id=step,
        data={"version": number},
    )  # fmt: skip
