"""Outgoing mail by SMTP. Knows the wire, not what is sent."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

TIMEOUT_S = 20
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Mailer:
    """One connection, opened at the first letter. ``smtp://`` takes STARTTLS where it is offered, ``smtps://`` is TLS.

    A password is never sent in the clear, except within this machine: OSError instead. All faults are OSErrors
    (smtplib's are).
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._open.close()

    def send(self, letter: EmailMessage) -> None:
        """Raises smtplib.SMTPRecipientsRefused for an address that is not taken, SMTPDataError for the letter, SMTPNotSupportedError for an address beyond the server's letters, other OSErrors for the server."""
        if self._open is None:
            self._open = self._connect()
        self._open.send_message(letter)

    def _connect(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, self._url.port or 465, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, self._url.port or 587, timeout=TIMEOUT_S)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif self._url.username and host not in LOOPBACK:
                server.close()
                raise smtplib.SMTPException(f"{host} offers no encryption for the password")
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server
