"""Aliases that all threads share are whole before the first thread sees them."""

from __future__ import annotations

import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import InvalidRequestError, SAWarning
from sqlalchemy.orm import aliased

from core.db.aliases import shared_alias
from core.db.base import Base
from core.orgs.models import OrgClosure, OrgUnit
from tests.conftest import ROOT

Make = Callable[[type[Base]], type[Base]]
DIALECT = postgresql.dialect()


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def first_uses(make: Make, *, rounds: int) -> int:
    """How many first uses of fresh aliases by six threads at once went wrong."""
    faults: list[Exception] = []
    for _ in range(rounds):
        up, parent, ready = make(OrgClosure), make(OrgUnit), threading.Barrier(6)

        def use(up: type[Base] = up, parent: type[Base] = parent, ready: threading.Barrier = ready) -> None:
            ready.wait()
            try:
                statement = (
                    select(OrgUnit, parent.id, parent.name)
                    .outerjoin(up, and_(up.descendant_id == OrgUnit.id, up.admin_depth == 1))
                    .outerjoin(parent, parent.id == up.ancestor_id)
                )
                statement.compile(dialect=DIALECT)
            except (InvalidRequestError, SAWarning) as fault:
                faults.append(fault)

        threads = [threading.Thread(target=use) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return len(faults)


@pytest.mark.usefixtures("hasty")
def test_shared_alias_when_used_by_many_threads_at_once_then_one_alias() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", SAWarning)
        assert first_uses(shared_alias, rounds=60) == 0


@pytest.mark.usefixtures("hasty")
def test_plain_alias_when_used_by_many_threads_at_once_then_wrong_which_is_why() -> None:
    """Should this one day fail, SQLAlchemy has mended it and core.db.aliases can go."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SAWarning)
        assert any(first_uses(aliased, rounds=20) for _ in range(30))


def test_modules_when_they_keep_an_alias_then_a_shared_one() -> None:
    plain = re.compile(r"^\S.*\baliased\(", re.MULTILINE)
    places = [path for folder in ("core", "plugins") for path in (ROOT / folder).rglob("*.py")]
    assert [str(path) for path in places if plain.search(path.read_text("utf-8"))] == [], "use core.db.aliases"
    assert plain.search("Up = aliased(OrgClosure)\n") and not plain.search("    up = aliased(OrgClosure)\n")
