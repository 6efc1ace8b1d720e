"""Values are changed and readings chosen, never below what a higher level or the law says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.phrases import Phrase
from core.tenancy import changes, shelf
from core.tenancy.changes import READINGS, SETTINGS
from core.tenancy.models import PackOverride
from core.tenancy.packs.keys import KEYS, Key, Stricter
from core.tenancy.permissions import TenancyPermission
from core.tenancy.shelf import pack_of
from core.tenancy.values import layers

KINDS = {int: "应为整数", bool: "应为 true 或 false", str: "应为文字", tuple: "应为文字的列表"}


def set_value(session: TenantSession, *, actor: Actor, key: str, value: Any, version: int) -> int:
    """The district's own value of a key; ``version`` 0: it had none. Returns the version.

    Raises NotFound for no such key, Invalid for another kind, Refused where the lifecycle says it or where it is looser than what
    binds above, Stale.
    """
    actor.require(TenancyPermission.SETTING_WRITE)
    declared = KEYS.get(key)
    if declared is None:
        raise NotFound()
    if declared.reads:
        raise Refused("%(title)s由隐患办理流程得出，不在这里改", title=declared.title)
    if not declared.accepts(value):
        raise Invalid(fields={"value": KINDS[declared.of]})
    _refuse_looser(session, declared, value)
    return _write(session, actor, SETTINGS + key, value, version)


def clear_value(session: TenantSession, *, actor: Actor, key: str, version: int) -> None:
    """Back to what the levels and the pack say. Raises NotFound where nothing was changed, Stale."""
    actor.require(TenancyPermission.SETTING_WRITE)
    row = _locked(session, SETTINGS + key, version)
    if row is None:
        raise NotFound()
    session.delete(row)
    session.flush()
    _tell(session, actor, row.path, row.value, None)


def choose_reading(session: TenantSession, *, actor: Actor, reading_id: str, option: str, version: int) -> int:
    """How an ambiguous passage is read from now on. Raises NotFound, Invalid for no such option, Stale."""
    actor.require(TenancyPermission.SETTING_WRITE)
    reading = next((own for own in pack_of(session).readings if own.id == reading_id), None)
    if reading is None:
        raise NotFound()
    codes = [own.code for own in reading.options]
    if option not in codes:
        raise Invalid(fields={"option": Phrase("可选：%(a)s", a=list(codes) or "无")})
    return _write(session, actor, READINGS + reading_id, option, version)


def _refuse_looser(session: TenantSession, declared: Key, value: Any) -> None:
    found = layers(session, without=declared.name)
    if found is None:
        raise NotFound()
    above = found.effective(declared.name)
    if above.confirm or above.value is None or declared.stricter is Stricter.NEARER:
        return
    if value is None or declared.looser(value, above.value):
        raise Refused(
            "%(title)s不能宽于现行规定 %(value)s（%(source)s）",
            title=declared.title,
            value=shown(above.value),
            source=above.source or "、".join(above.clauses) or above.set_by,
        )


def shown(value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _write(session: TenantSession, actor: Actor, path: str, value: Any, version: int) -> int:
    row = _locked(session, path, version)
    before = row.value if row else None
    if row is None:
        row = PackOverride(path=path)
        session.add(row)
    row.value, row.set_by, row.set_at = value, actor.person_id, session.now()
    session.flush()
    _tell(session, actor, path, before, value)
    return row.version


def _locked(session: TenantSession, path: str, version: int) -> PackOverride | None:
    row = session.scalars(select(PackOverride).where(PackOverride.path == path).with_for_update()).first()
    if (row.version if row else 0) != version:
        raise Stale(changes={"value": [None, row.value if row else None]})
    return row


def _tell(session: TenantSession, actor: Actor, path: str, before: Any, after: Any) -> None:
    changes.forget(session)
    shelf.forget(session)
    record(
        session, actor=actor, action="pack.changed", object_kind="pack", object_id=path, data={"value": [before, after]}
    )
    emit(session, Event("pack.changed", session.tenant_id, session.now(), {"path": path}))
