"""``make bench``: loads the volume, measures in turn, writes JSON of ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.app import create_app
from core.runtime.embedded import Embedded
from core.settings import load_settings
from tests.bench.measures import Timed, Turns, measures, own_ratio, prepared_by
from tests.bench.server import THREADS, WORKERS, environ, served
from tests.bench.volume import Size, loaded

TENTH = "list_of_middle"
"""Measured again on a volume of a tenth, its middle district being as large."""
ROOT = Path(__file__).parents[2]


def main() -> None:
    options = _options()
    folder = Path(options.home)
    size = Size(options.tenants, options.hazards, options.watched)
    found = bench(folder, size, rounds=options.rounds, each=options.each, only=options.only, tenth=not options.no_tenth)
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(table(found))
    print(f"\n{out}")


def bench(
    folder: Path,
    size: Size,
    *,
    rounds: int,
    each: int,
    only: str = "",
    tenth: bool = True,
    clients: tuple[int, ...] = (1, 8),
) -> dict[str, Any]:
    """Ratios, and the times they are made of. Side effects: a home of its own in ``folder``, servers while it runs."""
    home = folder / f"{size.tenants}x{size.hazards}"
    volume = loaded(home, size, note=_note)
    pair = Embedded.at(home)
    urls = {"app": pair.logins().app, "bureau": pair.logins().bureau}
    held = {name: os.environ.get(name) for name in environ(home)}
    os.environ.update(environ(home))
    app = create_app(load_settings(os.environ))
    found: dict[str, Any] = {}
    times: dict[tuple[str, int], Timed] = {}
    try:
        with served(home) as address:
            prepared = prepared_by(app, volume.largest)
            chosen = [one for one in measures(volume, prepared) if only in ("", one.name)]
            turns = [Turns(app, address, urls, one) for one in chosen]
            for number in range(rounds):
                _note(f"round {number + 1} of {rounds}")
                for turn in turns:
                    for count in clients:
                        into = times.setdefault((turn.measure.name, count), turn.timed(count))
                        turn.round(into, count, max(2, each // count))
            for turn in turns:
                name = turn.measure.name
                told = {str(count): times[name, count].told() for count in clients}
                found[name] = {
                    "queries": times[name, clients[0]].queries,
                    "bytes": turn.size,
                    "at_most": turn.measure.at_most,
                    "clients": told,
                }
                turn.close()
    finally:
        for name, value in held.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        pair.stop()
    answer = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "server": {"workers": WORKERS, "threads": THREADS},
        "volume": {"tenants": size.tenants, "hazards": size.hazards, "watched": size.watched, "largest": volume.largest.hazards,
                   "middle": volume.middle.hazards, "loaded_s": volume.loaded_s},
        "measures": found,
    }  # fmt: skip
    if ("bureau_dashboard", 1) in times and ("district_dashboard", 1) in times:
        answer["bureau_to_district"] = own_ratio(times["bureau_dashboard", 1].own, times["district_dashboard", 1].own)
    return answer


def table(found: dict[str, Any]) -> str:
    """For people."""
    lines = [
        f"{'measure':22} {'queries':>7} {'ratio 1':>8} {'ratio 8':>8} {'at most':>8} {'own ms':>8} {'sql ms':>8} {'bare ms':>8}"
    ]
    for name, one in found["measures"].items():
        first = one["clients"]["1"]
        many = one["clients"].get("8", first)
        lines.append(
            f"{name:22} {one['queries']:>7} {first['ratio']:>8} {many['ratio']:>8} {one['at_most'] or '':>8}"
            f" {first['own_ms']['median']:>8} {first['sql_ms']['median']:>8} {first['bare_ms']['median']:>8}"
        )
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--hazards", type=int, default=400_000)
    parser.add_argument("--watched", type=int, default=100, help="districts that let the bureau look")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each", type=int, default=16, help="questions of a round, shared among its clients")
    parser.add_argument("--only", default="", help="one measure by name")
    parser.add_argument("--no-tenth", action="store_true", help="not again on a volume of a tenth")
    parser.add_argument("--home", default=str(ROOT / ".state" / "bench"))
    parser.add_argument("--out", default=str(ROOT / ".state" / "bench" / "bench.json"))
    return parser.parse_args()


def _note(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
