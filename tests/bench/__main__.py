"""``make bench``: loads the volume, measures in turn, writes JSON of ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from core.app import create_app
from core.http.runtime import KEY
from core.settings import load_settings
from tests.bench import searching, tables
from tests.bench.measures import Timed, Turns, measures, own_ratio, prepared_by
from tests.bench.place import Place
from tests.bench.processor import Processor
from tests.bench.server import THREADS, WORKERS, environ, served
from tests.bench.volume import Size, Volume, loaded

SEARCHES = "searches"
ROWS = 10_000
"""Of the file that is imported."""
MIDDLE = ("list_of_middle", "html_list_of_middle", "search_of_middle")
"""Measured again among a tenth of the rows: the middle district has as many of its own in both."""
ROOT = Path(__file__).parents[2]


def main() -> None:
    options = _options()
    folder = Path(options.home)
    size = Size(4, 400, 2) if options.quick else Size(options.tenants, options.hazards, options.watched)
    rounds, each = (1, 2) if options.quick else (options.rounds, options.each)
    rows = 0 if options.only or options.no_tables else 200 if options.quick else ROWS
    found = bench(Place.at(_home(folder, size)), size, rounds=rounds, each=each, only=options.only, rows=rows)
    if not (options.quick or options.no_tenth or options.only):
        found["to_a_tenth"] = to_a_tenth(folder, size, rounds=rounds, each=each)
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(table(found))
    print(f"\n{out}")


def bench(
    place: Place,
    size: Size,
    *,
    rounds: int,
    each: int,
    only: str = "",
    clients: tuple[int, ...] = (1, 8),
    rows: int = 0,
    workers: int = WORKERS,
) -> dict[str, Any]:
    """Ratios, and the times they are made of; ``rows`` of the import, 0: no tables. Side effects: loads the volume, servers while it runs."""
    times: dict[tuple[str, int], Timed] = {}
    with standing(place, size, workers=workers) as site:
        chosen = [
            one
            for one in measures(site.volume, prepared_by(site.app, site.volume.largest))
            if not only or one.name in only.split(",")
        ]
        turns = [Turns(site.app, site.address, site.urls, one, site.processor) for one in chosen]
        for number in range(rounds):
            _note(f"round {number + 1} of {rounds}")
            for turn in turns:
                _note(f"  {turn.measure.name}")
                for count in clients:
                    into = times.setdefault((turn.measure.name, count), turn.timed(count))
                    turn.round(into, count, max(2, each // count))
        for turn in turns:
            turn.close()
        searches = {}
        if not only or SEARCHES in only.split(","):
            _note(SEARCHES)
            searches = searching.told(site.app.extensions[KEY], site.volume, times=rounds * each)
        made: dict[str, Any] = {}
        if rows >= tables.SOME:
            made = tables.told(place, site.volume, rows=rows, note=_note)
        elif rows:
            made = tables.told_here(place, site.volume, site.app.extensions[KEY], rows=rows)
    found = {
        turn.measure.name: {
            "queries": turn.queries, "bytes": turn.size, "at_most": turn.measure.at_most,
            "clients": {str(count): times[turn.measure.name, count].told() for count in clients},
        }
        for turn in turns
    }  # fmt: skip
    answer: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "python": platform.python_version()},
        "server": {"workers": workers, "threads": THREADS},
        "volume": {"tenants": size.tenants, "hazards": size.hazards, "watched": size.watched, "largest": site.volume.largest.hazards,
                   "middle": site.volume.middle.hazards, "loaded_s": site.volume.loaded_s},
        "measures": found, "tables": made, "searches": searches,
    }  # fmt: skip
    if {("bureau_dashboard", 1), ("district_dashboard", 1)} <= times.keys():
        answer["bureau_to_district"] = own_ratio(times["bureau_dashboard", 1].own, times["district_dashboard", 1].own)
    return answer


def to_a_tenth(folder: Path, size: Size, *, rounds: int, each: int) -> dict[str, float]:
    """The same requests in a district of the same size, among all rows and among a tenth of them, in turn: time to time."""
    small = Size(max(4, size.tenants // 10), size.hazards // 10, max(2, size.watched // 10))
    places = [Place.at(_home(folder, one)) for one in (size, small)]
    with standing(places[0], size) as large_site, standing(places[1], small) as small_site:
        pairs = []
        for site in (large_site, small_site):
            every = measures(site.volume, prepared_by(site.app, site.volume.largest))
            pairs.append(
                {
                    one.name: Turns(site.app, site.address, site.urls, one, site.processor)
                    for one in every
                    if one.name in MIDDLE
                }
            )
        times = [{name: turns.timed(1) for name, turns in pair.items()} for pair in pairs]
        for _ in range(rounds):
            for name in MIDDLE:
                for pair, into in zip(pairs, times, strict=True):
                    pair[name].round(into[name], 1, each)
        for pair in pairs:
            for turns in pair.values():
                turns.close()
    return {name: own_ratio(times[0][name].own, times[1][name].own) for name in MIDDLE}


@dataclass(frozen=True)
class Site:
    """A volume that is served; ``app`` is the same application in this process."""

    volume: Volume
    app: Flask
    address: tuple[str, int]
    urls: dict[str, str]
    processor: Processor


@contextmanager
def standing(place: Place, size: Size, *, workers: int = WORKERS) -> Iterator[Site]:
    volume = loaded(place, size, note=_note)
    logins = place.logins
    try:
        app = create_app(load_settings(environ(place)))
        with served(place, workers=workers) as (host, port, pid):
            urls = {"app": logins.app, "bureau": logins.bureau}
            yield Site(volume, app, (host, port), urls, Processor(pid, place.pair))
    finally:
        if place.own:
            place.pair.stop()


def _home(folder: Path, size: Size) -> Path:
    return folder / f"{size.tenants}x{size.hazards}"


def table(found: dict[str, Any]) -> str:
    """For people."""
    lines = [
        f"{'measure':22} {'queries':>7} {'ratio 1':>8} {'ratio 8':>8} {'cpu 1':>6} {'cpu 8':>6} {'at most':>8} {'own cpu':>8} {'sql cpu':>8} {'own ms':>8} {'sql ms':>8} {'bare ms':>8}"
    ]
    for name, one in found["measures"].items():
        first = one["clients"]["1"]
        many = one["clients"].get("8", first)
        lines.append(
            f"{name:22} {one['queries']:>7} {first['ratio']:>8} {many['ratio']:>8} {first['cpu_ratio']:>6} {many['cpu_ratio']:>6}"
            f" {one['at_most'] or '':>8} {first['own_cpu_ms']:>8} {first['sql_cpu_ms']:>8}"
            f" {first['own_ms']['median']:>8} {first['sql_ms']['median']:>8} {first['bare_ms']['median']:>8}"
        )
    lines += [
        "search  " + "  ".join(f"{what} {figure}" for what, figure in one.items())
        for one in found.get("searches", {}).get("questions", [])
    ]
    for name, one in found.get("tables", {}).items():
        lines.append(f"{name:22} " + "  ".join(f"{what} {figure}" for what, figure in one.items()))
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--hazards", type=int, default=400_000)
    parser.add_argument("--watched", type=int, default=100, help="districts that let the bureau look")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each", type=int, default=16, help="questions of a round, shared among its clients")
    parser.add_argument("--only", default="", help="measures by name, with commas between")
    parser.add_argument("--quick", action="store_true", help="a handful of rows, one round: does it run?")
    parser.add_argument("--no-tenth", action="store_true", help="not again on a volume of a tenth")
    parser.add_argument("--no-tables", action="store_true", help="without import, export and rules of registers")
    parser.add_argument("--home", default=str(ROOT / ".state" / "bench"))
    parser.add_argument("--out", default=str(ROOT / ".state" / "bench" / "bench.json"))
    return parser.parse_args()


def _note(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
