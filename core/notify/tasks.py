"""The daily digest: one e-mail to whoever has unread notices that no digest took along yet."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import time
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID, uuid5

import structlog
from sqlalchemy import ColumnElement, func, select, update

from core.db.sessions import TenantSession
from core.identity.models.people import Person
from core.jobs.handle import JobHandle
from core.jobs.registry import BULK, job
from core.jobs.schedule import Periodic
from core.kernel.clock import local_date
from core.notify.mail import Mailer
from core.notify.models import Notice
from core.settings import Settings
from core.tenancy.models import Tenant

log = structlog.get_logger(__name__)
LISTED = 20
"""Titles in one mail; more are counted."""
REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ValueError)
SUBJECT = {"zh": "校安：您有%(count)s条未读消息", "en": "Xiaoan: %(count)s unread notices"}
MORE = {"zh": "另有%(count)s条，登录后查看。", "en": "And %(count)s more; sign in to read them."}
FOOT = {
    "zh": "本邮件由%(tenant)s校园安全平台自动发送，每天至多一封，请勿回复。",
    "en": "Sent by the school-safety platform of %(tenant)s, at most once a day. Please do not reply.",
}

DIGEST = Periodic("notify.digest", daily_at=time(7, 30))


@job("notify.digest", queue=BULK)
def digest(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Sends nothing without XIAOAN_SMTP_URL, nor when nothing is due. One commit per letter: a crash repeats one at most,
    with the same Message-ID."""
    if job.settings.smtp_url is None:
        return {"sent": 0, "refused": 0}
    tenant = session.scalars(select(Tenant.name).where(Tenant.id == session.tenant_id)).one()
    due = _due(session)
    sent = refused = 0
    with Mailer(job.settings.smtp_url) as mailer:
        for number, (person_id, address, locale, count) in enumerate(due, 1):
            try:
                mailer.send(_letter(session, job, tenant, person_id, address, locale or "zh", count))
                sent += 1
            except REFUSED as fault:  # this letter is at fault, not the server: the others must not wait for it
                log.warning("letter refused", person=str(person_id), fault=type(fault).__name__)
                refused += 1
            _take_along(session, person_id)
            job.checkpoint(done=number, total=len(due))
    return {"sent": sent, "refused": refused}


def _due(session: TenantSession) -> Sequence[tuple[UUID, str, str | None, int]]:
    rows = session.execute(
        select(Person.id, Person.email, Person.locale, func.count())
        .join(Notice, (Notice.tenant_id == Person.tenant_id) & (Notice.person_id == Person.id))
        .where(Person.active, Person.email.is_not(None), *_waiting())
        .group_by(Person.id, Person.email, Person.locale)
        .order_by(Person.id)
    )
    return [(person_id, address, locale, count) for person_id, address, locale, count in rows if address]


def _letter(
    session: TenantSession, job: JobHandle, tenant: str, person_id: UUID, address: str, locale: str, count: int
) -> EmailMessage:
    newest = session.execute(
        select(Notice.title, Notice.link)
        .where(Notice.person_id == person_id, *_waiting())
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(LISTED)
    )
    lines = [f"· {_one_line(title)}\n  {job.settings.public_url}{link}" for title, link in newest]
    if count > LISTED:
        lines.append(MORE[locale] % {"count": count - LISTED})
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = SUBJECT[locale] % {"count": count}
    letter["From"], letter["To"] = job.settings.mail_from, address
    letter["Message-ID"] = _message_id(job.settings, person_id, day=str(local_date(session.now())))
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("\n\n".join([*lines, FOOT[locale] % {"tenant": tenant}]) + "\n")
    return letter


def _take_along(session: TenantSession, person_id: UUID) -> None:
    session.execute(update(Notice).where(Notice.person_id == person_id, *_waiting()).values(mailed_at=session.now()))


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return (Notice.mailed_at.is_(None), Notice.read_at.is_(None))


def _message_id(settings: Settings, person_id: UUID, *, day: str) -> str:
    domain = settings.mail_from.rpartition("@")[2]
    return f"<{uuid5(person_id, f'digest {day}')}@{domain}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())
