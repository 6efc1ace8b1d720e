"""The two rosters as kinds of the import centre: units, and people with their posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from core.db.sessions import TenantSession
from core.hooks.tables import Did, Faults, ImportKind, ImportRow, Outcome, TableWork
from core.identity.permissions import PersonPermission
from core.kernel.errors import XiaoanError
from core.orgs.permissions import OrgPermission
from core.orgs.roster.columns import PERSON_COLUMNS, UNIT_COLUMNS
from core.orgs.services.closure import rebuild_closure
from core.orgs.services.roster.check import check_people, check_units
from core.orgs.services.roster.known import Known, look_around
from core.orgs.services.roster.people import commit_person
from core.orgs.services.roster.undo import take_back
from core.orgs.services.roster.units import Effects, commit_unit, create_missing, standing_for
from core.tables.columns import Column


class UnitRoster(ImportKind):
    """Schools and other units; a row may name a parent that stands further down."""

    slug = "orgs.units"
    title = "单位名册"
    summary = "学校、片区、校区等单位；代码相同的更新，没有的新增"
    permission = OrgPermission.ROSTER_IMPORT
    deferred: ClassVar[bool] = True

    def columns(self, work: TableWork) -> Sequence[Column]:
        work.actor.require(OrgPermission.UNIT_WRITE)
        return UNIT_COLUMNS

    def prepare(self, work: TableWork, rows: Iterable[ImportRow]) -> Known:
        known = look_around(work.session, actor=work.actor)
        for row in rows:
            code = row.values["code"]
            known.brought.setdefault(code, row.no)
            for name in {row.values.get("name"), row.values.get("short_name")} - {None, ""}:
                known.names.setdefault(str(name), set()).add(code)
        return known

    def identity(self, row: ImportRow) -> str:
        return str(row.values["code"])

    def check(self, work: TableWork, rows: Sequence[ImportRow], known: Known) -> Faults:
        return check_units(rows, known)

    def commit(
        self, work: TableWork, batch_id: UUID, rows: Sequence[ImportRow], known: Known, *, last: bool
    ) -> Sequence[Outcome]:
        session = work.session
        there = standing_for(session, rows)
        waiting = () if last else [row for row in rows if _lacks(row, there.units)]
        later = {row.no for row in waiting}
        ready = [row for row in rows if row.no not in later]
        answers = create_missing(session, actor=work.actor, rows=ready, there=there)
        for row in ready:
            if row.no not in answers:
                act = partial(commit_unit, session, actor=work.actor, values=dict(row.values), there=there)
                answers[row.no] = _tried(session, act)
        rebuild_closure(session)
        return [*(_outcome(row, answers[row.no]) for row in ready), *(Outcome(number, Did.LATER) for number in later)]

    def undo(self, work: TableWork, batch_id: UUID, done: Sequence[tuple[int, Outcome]]) -> None:
        take_back(work.session, actor=work.actor, effects=_effects(done))


class PersonRoster(ImportKind):
    """Accounts and the posts that people hold."""

    slug = "orgs.people"
    title = "人员和岗位名册"
    summary = "用户和他们在各单位的岗位；一人多岗写几行"
    permission = OrgPermission.ROSTER_IMPORT

    def columns(self, work: TableWork) -> Sequence[Column]:
        work.actor.require(PersonPermission.ACCOUNT_WRITE)
        work.actor.require(PersonPermission.ROLE_GRANT)
        return PERSON_COLUMNS

    def prepare(self, work: TableWork, rows: Iterable[ImportRow]) -> Known:
        return look_around(work.session, actor=work.actor)

    def check(self, work: TableWork, rows: Sequence[ImportRow], known: Known) -> Faults:
        return check_people(rows, known)

    def commit(
        self, work: TableWork, batch_id: UUID, rows: Sequence[ImportRow], known: Known, *, last: bool
    ) -> Sequence[Outcome]:
        session, actor = work.session, work.actor
        return [
            _outcome(row, _tried(session, partial(commit_person, session, actor=actor, values=dict(row.values))))
            for row in rows
        ]

    def undo(self, work: TableWork, batch_id: UUID, done: Sequence[tuple[int, Outcome]]) -> None:
        take_back(work.session, actor=work.actor, effects=_effects(done))


def _lacks(row: ImportRow, units: Any) -> bool:
    return any(row.values.get(name) and row.values[name] not in units for name in ("parent", "cluster"))


def _tried(session: TenantSession, act: Callable[[], Effects]) -> Effects | XiaoanError:
    """A row that the data of today refuses is undone by itself; the others go on."""
    try:
        with session.begin_nested():
            return act()
    except XiaoanError as fault:
        return fault


def _outcome(row: ImportRow, answer: Effects | XiaoanError) -> Outcome:
    if isinstance(answer, XiaoanError):
        return Outcome(row.no, Did.REFUSED, faults=answer.fields or {"": answer.text()})
    made = any(effect["do"] in ("create", "appoint") for effect in answer)
    did = Did.CREATED if made else Did.CHANGED if answer else Did.SAME
    return Outcome(row.no, did, UUID(answer[0]["id"]) if answer else None, answer)


def _effects(done: Sequence[tuple[int, Outcome]]) -> list[dict[str, Any]]:
    """Newest first."""
    return [effect for _, outcome in done for effect in reversed(list(outcome.undo or ()))]
