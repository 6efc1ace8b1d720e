"""Delivers an event to its subscribers: each on its own, each until it succeeded once. Knows no subscriber."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle
from core.jobs.registry import job
from core.kernel.events import Event
from core.tenancy.quarantine import in_words, is_own_fault, keep_out

log = structlog.get_logger(__name__)
DELIVER = "deliver_event"


@dataclass(frozen=True)
class Subscriber:
    """``name`` is stable: it remembers who already had the event."""

    name: str
    call: Callable[[TenantSession, Event], object]
    plugin: tuple[str, str] | None = None
    """Slug and version, of a plugin: it is kept out where it raises."""
    hook: str = "on_event"


Subscribers = Callable[[TenantSession, Event], Sequence[Subscriber]]


class DeliveryFailed(Exception):
    """Some subscribers failed; the others' work stands."""


def delivery(subscribers: Subscribers) -> Callable[..., Any]:
    """The handler of ``deliver_event`` for the subscribers of one process. The job's id is the event's."""

    @job(DELIVER)
    def deliver_event(session: TenantSession, *, job: JobHandle, topic: str, at: str, payload: dict[str, Any]) -> None:
        event = Event(
            topic=topic, tenant_id=job.tenant_id, at=datetime.fromisoformat(at), payload=payload, id=UUID(str(job.id))
        )
        had = list(job.cursor.get("had", ()))
        before, failed, kept_out = len(had), [], False
        for subscriber in subscribers(session, event):
            if subscriber.name in had:
                continue
            try:
                with session.begin_nested():
                    subscriber.call(session, event)
            except Exception as fault:
                log.exception("subscriber failed", subscriber=subscriber.name, topic=topic)
                failed.append(subscriber.name)
                kept_out = _keep_out(session, job, subscriber, fault) or kept_out
            else:
                had.append(subscriber.name)
        if failed:
            if kept_out or len(had) > before:
                job.checkpoint(done=len(had), total=len(had) + len(failed), cursor={"had": had})
            raise DeliveryFailed(", ".join(failed))

    return deliver_event


def _keep_out(session: TenantSession, job: JobHandle, subscriber: Subscriber, fault: Exception) -> bool:
    if subscriber.plugin is None or not is_own_fault(fault):
        return False
    slug, version = subscriber.plugin
    told = {"moment": subscriber.hook, "fault": in_words(fault)}
    new = keep_out(session, plugin=slug, version=version, **told)
    if new:
        record(session, actor=job.actor, action="plugin.quarantined", object_kind="plugin", object_id=slug, data=told)
    return new
