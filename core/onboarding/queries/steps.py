"""How far a district is with its first steps, and what each of them shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.identity.models import Person
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.onboarding.models import OnboardingStep
from core.onboarding.preview import Preview, preview
from core.onboarding.queries.ground import holders, standing_units
from core.onboarding.steps import STEPS
from core.tenancy import shelf
from core.tenancy.packs.unconfirmed import Unconfirmed, unconfirmed
from core.tenancy.updating import newest_number

OPEN, DONE, AGAIN = "open", "done", "again"


@dataclass(frozen=True)
class StepLine:
    """``state``: open, done, or again (another version of the pack came into force since)."""

    code: str
    title: str
    state: str
    confirmed_at: datetime | None = None
    confirmed_by: str = ""


@dataclass(frozen=True)
class FirstSteps:
    steps: tuple[StepLine, ...]
    preview: Preview
    waiting: tuple[Unconfirmed, ...]
    """What is 待确认, in the order of the pack."""

    @property
    def done(self) -> int:
        return sum(1 for step in self.steps if step.state == DONE)


def step_lines(session: TenantSession) -> tuple[StepLine, ...]:
    """Two queries. Raises NotFound for a tenant without a pack."""
    number = newest_number(session)
    if number is None:
        raise NotFound("本单位没有区域包")
    asked = select(
        OnboardingStep.step, OnboardingStep.pack_version, OnboardingStep.confirmed_at, Person.name
    ).outerjoin(Person, (Person.tenant_id == OnboardingStep.tenant_id) & (Person.id == OnboardingStep.confirmed_by))
    kept = {row.step: row for row in session.execute(asked)}
    return tuple(
        StepLine(
            code, title, DONE if kept[code].pack_version == number else AGAIN, kept[code].confirmed_at, kept[code].name or ""
        )
        if code in kept
        else StepLine(code, title, OPEN)
        for code, title in STEPS.items()
    )  # fmt: skip


def first_steps(session: TenantSession) -> FirstSteps:
    """Everything the page shows, whatever the number of units: seven queries. Raises NotFound for a tenant without a pack."""
    steps = step_lines(session)
    pack = shelf.current(session)
    if pack is None:
        raise NotFound("本单位没有区域包")
    today = local_date(session.now())
    found = preview(pack, standing_units(session, on=today), first_day=today, holders=holders(session, on=today))
    return FirstSteps(steps, found, unconfirmed(pack))
