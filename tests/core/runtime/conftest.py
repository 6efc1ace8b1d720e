"""Real embedded servers of these tests' own, so that they may be killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.runtime.embedded import Embedded, running


@contextmanager
def reachable() -> Iterator[Path]:
    """A data folder that the servers' user can reach (pytest's own are closed to it when root runs the tests)."""
    made = Path(tempfile.mkdtemp(prefix="xiaoan-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder of one test's own."""
    with reachable() as made:
        yield made


@pytest.fixture
def pair_at() -> Iterator[Callable[[Path], Embedded]]:
    """Pairs that are stopped and removed after the test, whatever it did to them."""
    made: list[Embedded] = []

    def at(folder: Path) -> Embedded:
        made.append(Embedded.at(folder))
        return made[-1]

    yield at
    for pair in made:
        pair.stop()
        for place in {pair.home.servers, pair.home.sockets} - {pair.home.folder}:
            shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def shared() -> Iterator[Embedded]:
    """One pair for all tests that leave it whole: making a cluster is the slow part."""
    with reachable() as made, running(made / "var") as pair:
        yield pair


@pytest.fixture
def pair(shared: Embedded) -> Embedded:
    """The shared pair, running, whatever the test before did to it, with an empty table to try things on."""
    shared.start()
    shared.postgres.psql(
        "\\connect xiaoan\nset client_min_messages = warning; drop table if exists app.kept; create table app.kept (a int);"
        " alter table app.kept owner to xiaoan_owner;"
    )
    return shared


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root needs another user for the servers")
