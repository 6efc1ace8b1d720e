"""The engines: one per database login, opened lazily, so that a process holds only the credentials it was given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

from core.db.sessions import BureauSession, PlatformSession, ScopedSession, ScopeMissing, TenantSession
from core.kernel.clock import Clock, SystemClock


class UnsafeLogin(RuntimeError):
    """The login could bypass row-level security; serving with it would be serving without isolation."""


class Database:
    """Gives scoped sessions. ``None`` for a URL means that this process must not do that kind of work."""

    def __init__(
        self, *, app: str | None = None, bureau: str | None = None, platform: str | None = None,
        pool_size: int = 5, max_overflow: int = 10, pool_timeout: float = 10, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self._urls = {"app": app, "bureau": bureau, "platform": platform}
        self._pool = {"pool_size": pool_size, "max_overflow": max_overflow, "pool_timeout": pool_timeout}
        self._engines: dict[str, Engine] = {}
        self.clock: Clock = clock or SystemClock()

    @contextmanager
    def tenant(self, tenant_id: int, *, clock: Clock | None = None, read_only: bool = False) -> Iterator[TenantSession]:
        """Commits on success, rolls back on an exception. Side effects: a transaction on the app login."""
        session = TenantSession(
            self.engine("app"),
            tenant_id=tenant_id,
            clock=clock or self.clock,
            read_only=read_only,
            expire_on_commit=False,
        )
        with self._finish(session):
            yield session

    @contextmanager
    def bureau(
        self,
        bureau_id: int,
        *,
        tids: frozenset[int] = frozenset(),
        rids: frozenset[int] = frozenset(),
        clock: Clock | None = None,
    ) -> Iterator[BureauSession]:
        session = BureauSession(
            self.engine("bureau"), bureau_id=bureau_id, tids=tids, rids=rids, clock=clock or self.clock
        )
        with self._finish(session):
            yield session

    @contextmanager
    def platform(self, *, clock: Clock | None = None) -> Iterator[PlatformSession]:
        session = PlatformSession(self.engine("platform"), clock=clock or self.clock, expire_on_commit=False)
        with self._finish(session):
            yield session

    @contextmanager
    def _finish(self, session: ScopedSession) -> Iterator[None]:
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def engine(self, login: str) -> Engine:
        """Raises RuntimeError if this process was not given that login."""
        if login not in self._engines:
            url = self._urls[login]
            if not url:
                raise RuntimeError(f"this process has no database login for {login} work")
            self._engines[login] = scoped_engine(url, **self._pool)
        return self._engines[login]

    def check_logins(self) -> None:
        """Refuses to start with a login that is superuser, BYPASSRLS or owner. Raises UnsafeLogin."""
        for login, url in self._urls.items():
            if url:
                with self.engine(login).connect() as connection:
                    connection.info["scope"] = "check"
                    name, unsafe = connection.execute(LOGIN_CHECK).one()
                if unsafe:
                    raise UnsafeLogin(
                        f"database login {name} for {login} work bypasses row-level security: use roles.sql"
                    )

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()


LOGIN_CHECK = text(
    "select current_user, r.rolsuper or r.rolbypassrls or exists (select 1 from pg_class c"
    " join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'app' and pg_has_role(current_user, c.relowner, 'usage'))"
    " from pg_roles r where r.rolname = current_user"
)


def scoped_engine(url: str, **pool: Any) -> Engine:
    """An engine whose connections refuse SQL until a scoped session has opened them."""
    engine = create_engine(url, pool_pre_ping=True, **pool)

    @event.listens_for(engine, "before_cursor_execute")
    def _refuse_without_scope(connection: Connection, *_: Any) -> None:
        if "scope" not in connection.info:
            raise ScopeMissing("SQL without a scope: open db.tenant(), db.bureau() or db.platform()")

    @event.listens_for(engine, "checkin")
    def _forget_scope(dbapi_connection: Any, record: Any) -> None:
        record.info.pop("scope", None)

    return engine
