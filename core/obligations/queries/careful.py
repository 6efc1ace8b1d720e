"""A plugin's evidence that raises takes no view with it: it is left out, its fault is told, and the view says what is missing."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import func, select

from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.hooks.manager import Plugins, left_usable
from core.kernel.clock import local_date
from core.kernel.obligations import FOREVER
from core.kernel.schoolyear import Span
from core.obligations.queries.ground import DOUBT, Source, in_doubt, kept_out_of
from core.tenancy.quarantine import is_own_fault

HOOK = "register_evidence"
_LEFT_OUT = "obligations.left_out"
T = TypeVar("T")
P = ParamSpec("P")
View = Callable[Concatenate[TenantSession, Plugins, P], T]


def careful(
    session: TenantSession, plugins: Plugins, sources: Sequence[Source], ask: Callable[[Sequence[Evidence]], T]
) -> T:
    """What ``ask`` answers of all sources that can be read. What core itself does wrong is raised.

    A plugin at fault is found by asking each alone, told to the witness (which keeps it out of this tenant) and kept in mind for :func:`missing_sources`.
    """
    known = [one for one in sources if one not in _left_out(session)]
    evidence = [one.evidence for one in known]
    if not any(one.plugin for one in known):
        return ask(evidence)
    try:
        with left_usable(session):
            return ask(evidence)
    except Exception as fault:
        if not is_own_fault(fault):
            raise
        broken = [one for one in known if one.plugin and not _readable(session, plugins, one)]
        if not broken:
            raise
    _left_out(session).extend(broken)
    return careful(session, plugins, sources, ask)


def spared(view: View[P, T]) -> View[P, T]:
    """A view that what a plugin says of who has what (``register_holdings``) breaks is asked once more, each of those read first.

    So a sound one costs no query. What core itself does wrong is raised the second time.
    """

    @functools.wraps(view)
    def asked(session: TenantSession, plugins: Plugins, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with left_usable(session):
                return view(session, plugins, *args, **kwargs)
        except Exception as fault:
            if in_doubt(session) or not is_own_fault(fault):
                raise
        session.info[DOUBT] = True
        return view(session, plugins, *args, **kwargs)

    return asked


def missing_sources(session: TenantSession, plugins: Plugins) -> tuple[Evidence, ...]:
    """What would count and cannot be read: of plugins that are kept out, or that failed while this session asked."""
    found = [*kept_out_of(session, plugins), *_left_out(session)]
    return tuple({one.evidence.kind: one.evidence for one in found}.values())


def _readable(session: TenantSession, plugins: Plugins, source: Source) -> bool:
    """Whether all of its facts can be read. Tells the witness of the plugin if not."""
    try:
        with left_usable(session):
            facts = source.evidence.facts(session, Span(FOREVER.starts, local_date(session.now()))).subquery()
            session.execute(select(func.count(func.distinct(func.row(*facts.c)))))
    except Exception as fault:
        if not is_own_fault(fault):
            raise
        plugins.raised(str(source.plugin), HOOK, fault)
        return False
    return True


def _left_out(session: TenantSession) -> list[Source]:
    found: list[Source] = session.info.setdefault(_LEFT_OUT, [])
    return found
