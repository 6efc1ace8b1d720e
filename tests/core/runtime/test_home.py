"""Copies of programs that several homes of one machine share: whole, whoever else is at work and whatever was lost."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.runtime import home
from core.runtime.home import Home

Sources = dict[str, Path]
HOMES = 4


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    """Programs in a folder and one beside it; copies go to a folder of the test's own."""
    monkeypatch.setattr(home, "ELSEWHERE", tmp_path / "elsewhere")
    (tmp_path / "wheel/bin").mkdir(parents=True)
    (tmp_path / "wheel/bin/postgres").write_bytes(b"a program")
    (tmp_path / "wheel/bin/libpq.so.5").write_bytes(b"a library")
    (tmp_path / "wheel/bin/libpq.so").symlink_to("libpq.so.5")
    (tmp_path / "redis-server").write_bytes(b"another")
    return {"wheel/bin": tmp_path / "wheel/bin", "redis-server": tmp_path / "redis-server"}


def held(place: Path) -> dict[str, bytes]:
    return {str(file.relative_to(place)): file.read_bytes() for file in place.rglob("*") if file.is_file()}


WHOLE = {
    "wheel/bin/postgres": b"a program",
    "wheel/bin/libpq.so.5": b"a library",
    "wheel/bin/libpq.so": b"a library",
    "redis-server": b"another",
}


def test_copied_when_asked_again_then_the_same_copy_stays(tmp_path: Path, sources: Sources) -> None:
    first = Home(tmp_path / "one").copied("programs", sources)
    before = (first / "redis-server").stat().st_ino
    assert held(first) == WHOLE
    assert Home(tmp_path / "two").copied("programs", sources) == first
    assert (first / "redis-server").stat().st_ino == before


@pytest.mark.parametrize("lost", ["wheel/bin/postgres", "wheel", "redis-server", "cut"])
def test_copied_when_a_part_was_lost_then_made_anew(tmp_path: Path, sources: Sources, lost: str) -> None:
    place = Home(tmp_path).copied("programs", sources)
    if lost == "cut":
        (place / "wheel/bin/postgres").write_bytes(b"a prog")
    elif (place / lost).is_dir():
        shutil.rmtree(place / lost)
    else:
        (place / lost).unlink()
    assert held(Home(tmp_path).copied("programs", sources)) == WHOLE


def test_copied_when_an_earlier_copying_was_killed_then_its_remains_do_not_matter(
    tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(shutil, "copy", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            Home(tmp_path).copied("programs", sources)
    place = Home(tmp_path).copied("programs", sources)
    assert held(place) == WHOLE
    assert {own.name for own in place.parent.iterdir()} == {"programs", "programs.lock"}


def test_copied_when_many_ask_at_once_then_one_copies_and_all_get_it_whole(
    tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, copies, really = threading.Barrier(HOMES), [], shutil.copytree

    def counted(*given: Any, **named: Any) -> Any:
        copies.append(given)
        return really(*given, **named)

    def ask(number: int) -> dict[str, bytes]:
        asked.wait()
        return held(Home(tmp_path / str(number)).copied("programs", sources))

    monkeypatch.setattr(shutil, "copytree", counted)
    with ThreadPoolExecutor(HOMES) as homes:
        assert list(homes.map(ask, range(HOMES))) == [WHOLE] * HOMES
    assert len(copies) == 1
