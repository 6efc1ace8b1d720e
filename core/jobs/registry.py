"""Which kinds of work there are. Functions carry their own description; a Registry is built at start from those given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle

INTERACTIVE, BULK, REPORT = "interactive", "bulk", "report"
QUEUES = (INTERACTIVE, BULK, REPORT)
MARK = "__xiaoan_job__"


class Handler(Protocol):
    """Does the work in the session's transaction; what it returns is kept as the job's result."""

    def __call__(self, session: TenantSession, *, job: JobHandle, **args: Any) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True)
class JobKind:
    """``queue``: interactive (somebody waits), bulk (imports), report (rollups, documents)."""

    kind: str
    function: Callable[..., Mapping[str, Any] | None]
    queue: str = INTERACTIVE
    max_attempts: int = 3


F = TypeVar("F", bound=Callable[..., Mapping[str, Any] | None])


def job(kind: str, *, queue: str = INTERACTIVE, max_attempts: int = 3) -> Callable[[F], F]:
    """Marks ``function(session, *, job, **args)`` as the handler of a kind; hand it out through hook ``register_jobs``.

    Everything the handler changes through ``session`` is committed together with the job's being done, once.
    """
    if queue not in QUEUES:
        raise ValueError(f"{kind}: there is no queue {queue}")

    def mark(function: F) -> F:
        setattr(function, MARK, JobKind(kind, function, queue, max_attempts))
        return function

    return mark


class Registry:
    """The kinds of one process. Raises ValueError for a kind given twice or a function without ``@job``."""

    def __init__(self, functions: Iterable[Callable[..., Any]]) -> None:
        self._kinds: dict[str, JobKind] = {}
        for function in functions:
            found: JobKind | None = getattr(function, MARK, None)
            if found is None:
                raise ValueError(f"{function!r} is registered as a job but lacks @job")
            if found.kind in self._kinds:
                raise ValueError(f"job kind {found.kind} is registered twice")
            self._kinds[found.kind] = found

    def __iter__(self) -> Iterator[JobKind]:
        return iter(self._kinds.values())

    def __contains__(self, kind: object) -> bool:
        return kind in self._kinds

    def get(self, kind: str) -> JobKind:
        """Raises UnknownKind, e.g. for work ordered by a newer version of the program."""
        try:
            return self._kinds[kind]
        except KeyError:
            raise UnknownKind(kind) from None

    def queue(self, kind: str) -> str:
        """Also for a kind this process does not know: whoever takes it from the queue may."""
        return self._kinds[kind].queue if kind in self._kinds else INTERACTIVE


class UnknownKind(LookupError):
    """No handler for this kind of job."""
