"""What tests of the inbox need besides the shared fixtures: people, and a mail server that keeps what it gets."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from uuid import UUID

import pytest

from core.db.engines import Database
from core.identity.models.people import Person
from core.kernel.ids import new_id
from tests.factories.bare import bare_tenant


class Sink(socketserver.ThreadingTCPServer):
    """A small SMTP server. Addresses that begin with ``refused`` are not taken."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.letters: list[EmailMessage] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


class _Conversation(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        self.server.connections += 1
        self._say("220 sink")
        for line in self.rfile:
            verb = line.split(maxsplit=1)[0].upper() if line.strip() else b""
            if verb == b"DATA":
                self._say("354 go on")
                self._keep()
                self._say("250 kept")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            elif verb == b"RCPT" and b"<refused" in line:
                self._say("550 nobody here")
            else:
                self._say("250 fine")

    def _keep(self) -> None:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        self.server.letters.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@pytest.fixture
def tenant_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def neighbour_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def person(db: Database, tenant_id: int) -> Callable[..., UUID]:
    def make(address: str | None, *, tenant: int | None = None, active: bool = True, locale: str | None = None) -> UUID:
        person_id = new_id()
        with db.tenant(tenant or tenant_id) as session:
            session.add(
                Person(
                    id=person_id, login=str(person_id), name="张三", name_sort="zhangsan", email=address, active=active,
                    locale=locale, created_at=session.now(),
                )
            )  # fmt: skip
        return person_id

    return make
